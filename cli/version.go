package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is what this binary was built from.
type version struct {
	Version string // the module's version, "devel" for a build from a clone
	Commit  string // empty if the build does not know it
	Dirty   bool   // the clone had changes that were not committed
}

func buildVersion() version {
	v := version{Version: "devel"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.modified":
			v.Dirty = s.Value == "true"
		}
	}
	return v
}

func userAgent() string { return "lenswatch/" + buildVersion().Version }

func newVersion(env Env) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print version, commit, Go and platform",
		Example: "lenswatch version\nlenswatch version -o json",
		Args:    noArgs,
		RunE:    func(*cobra.Command, []string) error { return writeVersion(env.Stdout, buildVersion(), output) },
	}
	outputFlag(cmd, &output, "text", "json")
	return cmd
}

// writeVersion prints what `version` reports; docs/json.md describes the JSON.
func writeVersion(w io.Writer, v version, output string) error {
	if output == "json" {
		return json.NewEncoder(w).Encode(struct {
			Version string `json:"version"`
			Commit  string `json:"commit,omitempty"`
			Changed bool   `json:"changed"`
			Go      string `json:"go"`
			OS      string `json:"os"`
			Arch    string `json:"arch"`
		}{v.Version, v.Commit, v.Dirty, runtime.Version(), runtime.GOOS, runtime.GOARCH})
	}
	commit := cmp.Or(v.Commit, "unknown")
	if v.Dirty {
		commit += ", changed"
	}
	_, err := fmt.Fprintf(w, "lenswatch %s\ncommit %s\n%s %s/%s\n", v.Version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
