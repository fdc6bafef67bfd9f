package cli

import (
	"fmt"
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
	return &cobra.Command{
		Use:     "version",
		Short:   "Print version, commit, Go and platform",
		Example: "lenswatch version",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			v := buildVersion()
			commit := v.Commit
			if commit == "" {
				commit = "unknown"
			}
			if v.Dirty {
				commit += ", changed"
			}
			_, err := fmt.Fprintf(env.Stdout, "lenswatch %s\ncommit %s\n%s %s/%s\n", v.Version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
