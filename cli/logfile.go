package cli

import (
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"

	"github.com/spf13/cobra"

	"lenswatch/client"
	"lenswatch/client/localfile"
)

// logFile is the debug log of a run, if there is one. It holds what lenswatch asked and decided: no
// header, body or payload, and no key.
type logFile struct {
	path   string // what --log-file names
	file   *os.File
	logger *slog.Logger
	failed atomic.Pointer[error] // the first write that failed
}

// flag adds --log-file to every command.
func (l *logFile) flag(root *cobra.Command) {
	root.PersistentFlags().StringVar(&l.path, "log-file", "", "append debug logs to this `file`: requests, streams, decisions (no keys, no payloads)")
	completesFile(root, "log-file")
}

// Logger is nil if nothing is logged.
func (l *logFile) Logger() *slog.Logger {
	if l == nil {
		return nil
	}
	return l.logger
}

// open begins the log of a command. Only its owner can read the file.
func (l *logFile) open(command string) error {
	if l.path == "" {
		return nil
	}
	f, err := localfile.Append(l.path)
	if err != nil {
		return fileError(fmt.Errorf("--log-file: %w", err))
	}
	l.file = f
	l.logger = slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
	v := buildVersion()
	l.logger.Debug("start", "command", command, "version", v.Version, "commit", v.Commit)
	return nil
}

// Write writes a line. What goes wrong is said when the command has ended.
func (l *logFile) Write(line []byte) (int, error) {
	n, err := l.file.Write(line)
	if err != nil {
		l.failed.CompareAndSwap(nil, &err)
	}
	return n, err
}

// close ends the log with what the command ended with. It returns why the log is incomplete.
func (l *logFile) close(err error) error {
	if l.logger == nil {
		return nil
	}
	text := ""
	if err != nil {
		text = client.Line1(err.Error())
	}
	l.logger.Debug("end", "code", ExitCode(err), "error", text)
	closed := l.file.Close()
	if first := l.failed.Load(); first != nil {
		return fmt.Errorf("--log-file: the log is incomplete: %w", *first)
	}
	return closed
}
