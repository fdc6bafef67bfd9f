package cli

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"lenswatch/watch/custody"
)

// ledgerFile is the file with the sessions that lenswatch created.
const ledgerFile = "custody.ndjson"

// openLedger is the custody of this run. Where there is no folder to keep state in it is one that says
// so when a session is to be created.
func openLedger(env Env) *custody.Ledger {
	dir, err := stateFolder(env)
	if err != nil {
		return custody.Unavailable(err)
	}
	return custody.Open(filepath.Join(dir, ledgerFile), time.Now)
}

// orphanCommands are the commands that talk to the account and do not clean up themselves.
var orphanCommands = []string{"lenswatch", "tail", "sessions", "create", "lenses", "diagnose", "doctor"}

// reportOrphans says on standard error what crashed runs left over.
func reportOrphans(env Env, cmd *cobra.Command) {
	if !slices.Contains(orphanCommands, cmd.Name()) {
		return
	}
	ledger := openLedger(env)
	if ledger.Path() == "" {
		return // creating a session says why there is no ledger; looking at one needs none
	}
	if notice := custody.Notice(ledger.Orphans()); notice != "" {
		env.say(notice)
	}
}
