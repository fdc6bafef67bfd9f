// Command lenswatch shows live lens sessions in a terminal, and says why one is quiet.
package main

import (
	"os"

	"lenswatch/cli"
)

func main() {
	ctx, stop := cli.Signals()
	defer stop()
	os.Exit(cli.Main(ctx, cli.System(), os.Args[1:]))
}
