package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/localfile"
	"lenswatch/client/rest"
	"lenswatch/client/units"
	"lenswatch/watch/pipeline"
)

// defaultRowInterval is the fastest pace at which the service was seen to take every push (control notes: "more than
// about one push a second was seen to be dropped").
const defaultRowInterval = time.Second

func newFeed(env Env) *cobra.Command {
	var every time.Duration
	c := actCommand(env, &cobra.Command{
		Use:   "feed session file",
		Short: "Send the rows of a local csv or jsonl file to a running session",
		Long: `feed sends rows as input, one at a time, and prints how many were accepted. It shows whether the lens or its input is
at fault: if results arrive while rows are fed, the lens works.

The first row of a csv file has the column names; each further row is sent as a JSON object. A jsonl file has one JSON
value per line. "-" reads jsonl from standard input.`,
		Example: "lenswatch sessions feed lsn-251207a89f948ed4e30d8f80aaba77 rows.csv\n" +
			"lenswatch sessions feed \"$session\" - --every 2s < rows.jsonl",
		Args: oneSession(1, "a session ID and a file"),
	}, func(ctx context.Context, svc client.Service, id string, rest []string) error {
		if every <= 0 {
			return usagef("--every must be a duration above 0, such as 1s")
		}
		return feed(ctx, env, svc, id, rest[0], every)
	})
	c.Flags().DurationVar(&every, "every", defaultRowInterval, "time between two rows, such as 500ms; the service may drop rows that arrive faster than 1s")
	return c
}

func feed(ctx context.Context, env Env, svc client.Service, id, path string, every time.Duration) error {
	kind, in, name := client.InputJSONL, env.Stdin, "standard input"
	if path != "-" {
		if strings.EqualFold(filepath.Ext(path), ".csv") {
			kind = client.InputCSV
		}
		file, f, err := pipeline.OpenAs(kind, path) // what is wrong with it is said before anything is sent
		if err != nil {
			return err
		}
		defer f.Close()
		in, name = file.Content, path
	}
	next := pipeline.Rows(kind, localfile.Reader(ctx, in))
	sent := 0
	for {
		row, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return usagef("%s: %w", name, err)
		}
		if sent > 0 {
			if err := rest.Sleep(ctx, every); err != nil {
				return err
			}
		}
		if err := svc.(client.Controller).Push(ctx, id, row); err != nil {
			return fmt.Errorf("row %d, after %d were accepted: %w", sent+1, sent, err)
		}
		sent++
		fmt.Fprintf(env.Stderr, "lenswatch: row %d accepted\n", sent)
	}
	if sent == 0 {
		return usagef("%s has no rows", name)
	}
	_, err := fmt.Fprintf(env.Stdout, "%s fed to %s\n", units.Plural(int64(sent), "row"), id)
	return err
}
