// Command lenswatch shows live lens sessions in a terminal, and says why one is quiet.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"lenswatch/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	os.Exit(cli.Main(ctx, cli.System(), os.Args[1:]))
}
