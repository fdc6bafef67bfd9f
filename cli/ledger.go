package cli

import (
	"path/filepath"
	"time"

	"lenswatch/watch/custody"
)

// ledgerFile is the file with the sessions that lenswatch created.
const ledgerFile = "custody.ndjson"

// openLedger is the custody of this run. Where there is no folder to keep state in it has no file.
func openLedger(env Env) *custody.Ledger {
	dir, err := stateFolder(env)
	if err != nil {
		return custody.InMemory()
	}
	return custody.Open(filepath.Join(dir, ledgerFile), time.Now)
}
