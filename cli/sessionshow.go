package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
)

// recordJSON is what `sessions show -o json` writes.
type recordJSON struct {
	sessionJSON
	// Record is the service's own record as received, without API keys.
	Record json.RawMessage `json:"record"`
}

func newShow(env Env) *cobra.Command {
	var output string
	c := sessionCommand(env, &cobra.Command{
		Use:     "show session",
		Short:   "Show the full record of a session",
		Long:    "show prints the full session record, grouped. -o json adds the record as received; API keys are redacted.",
		Example: "lenswatch sessions show lsn-251207a89f948ed4e30d8f80aaba77\nlenswatch sessions show \"$session\" -o json | jq .record",
		Args:    oneSession(0, "a session ID"),
	}, func(ctx context.Context, svc client.Service, id string, _ []string) error {
		return showSession(ctx, env, svc, id, output)
	})
	outputFlag(c, &output, "text", "json")
	return c
}

func showSession(ctx context.Context, env Env, svc client.Service, id, output string) error {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	recorder, ok := svc.(client.Recorder)
	if !ok {
		return &client.Error{Op: "show session", Kind: client.ErrRequest, Message: svc.Name() + " has no session records"}
	}
	record, err := recorder.Record(ctx, id)
	if err != nil {
		return err
	}
	if output == "json" {
		s, err := svc.Session(ctx, id)
		if err != nil {
			return err
		}
		s.ID = id
		return writeObjects(env.Stdout, []recordJSON{{sessionOf(s, time.Now()), json.RawMessage(record.Raw)}})
	}
	_, err = fmt.Fprint(env.Stdout, recordText(record))
	return err
}

// recordText is a record as groups of names and values.
func recordText(r client.Record) string {
	var b strings.Builder
	width := 0
	for _, f := range r.Fields {
		width = max(width, len(f.Name))
	}
	group := ""
	for _, f := range r.Fields {
		if f.Group != group {
			if group != "" {
				b.WriteString("\n")
			}
			group = f.Group
			b.WriteString(strings.ToUpper(group) + "\n")
		}
		fmt.Fprintf(&b, "  %-*s  %s\n", width, f.Name, f.Value)
	}
	return b.String()
}
