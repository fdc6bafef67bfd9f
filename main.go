// Command lenswatch shows live lens sessions in a terminal, and says why one is quiet.
package main

import (
	"os"

	"lenswatch/cli"
)

func main() {
	env := cli.System()
	env.Signals = cli.NotifySignals(env)
	os.Exit(cli.Main(env.Signals.Context(), env, os.Args[1:]))
}
