package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lenswatch/cli/config"
	"lenswatch/client/localfile"
	"lenswatch/client/recording"
)

// usageError is a mistake in what was typed.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// flagError says what is wrong with a flag, and what would be right. The value of a flag that does
// not exist is not quoted: it may be a key.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := config.Nearest(unknown.GetSpecifiedName(), names); near != "" {
			return usagef("unknown flag --%s; did you mean --%s?", unknown.GetSpecifiedName(), near)
		}
		return usagef("unknown flag --%s", unknown.GetSpecifiedName())
	case errors.As(err, &missing):
		f := missing.GetFlag()
		return usagef("--%s requires a value: %s", f.Name, flagUsage(f))
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		if what := valueOf(f); what != "" {
			return usagef("--%s must be %s, not %q", f.Name, what, invalid.GetValue())
		}
	}
	return usageError{err}
}

// valueOf says what a flag takes; empty if that is a text.
func valueOf(f *pflag.Flag) string {
	if c, ok := f.Value.(choice); ok {
		return c.allowed()
	}
	switch f.Value.Type() {
	case "duration":
		return "a duration such as 90s, 10m or 1h"
	case "int", "int64":
		return "a whole number"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	case "size":
		return "a number of bytes, optionally with KiB, MiB or GiB, such as 100MiB"
	}
	return ""
}

// checkFlags refuses flags that were given an empty text, as by a variable of the shell that is not
// set: what was asked for would silently not be done.
func checkFlags(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" && err == nil {
			err = usagef("--%s requires a value, got an empty one", f.Name)
		}
	})
	return err
}

// named is how an error names a command: errors begin with the program's name.
func named(cmd *cobra.Command) string {
	return strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
}

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments, got %q", named(cmd), args[0])
	}
	return nil
}

// oneArg takes one argument; otherwise the error says what is required.
func oneArg(required string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 || args[0] == "" {
			return usagef("%s", required)
		}
		return nil
	}
}

// noSuchSubcommand refuses arguments: what looks like one is a command that does not exist.
func noSuchSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if near := config.Nearest(args[0], names); near != "" {
		return usagef("unknown command %q; did you mean `%s %s`?", args[0], cmd.CommandPath(), near)
	}
	return usagef("unknown command %q; see `%s --help`", args[0], cmd.CommandPath())
}

// fileError is a usage error if the file that was named cannot be what was asked for.
func fileError(err error) error {
	if wrongFile(err) {
		return usageError{err}
	}
	return err
}

// wrongFile reports whether another file has to be named.
func wrongFile(err error) bool {
	wrong := []error{
		fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, syscall.EISDIR, syscall.ENOTDIR, syscall.EROFS,
		recording.ErrNoRecording, recording.ErrNothingLeft, localfile.ErrNotRegular, localfile.ErrTooLarge,
	}
	return slices.ContainsFunc(wrong, func(w error) bool { return errors.Is(err, w) })
}

// listenError says why an address that was named cannot be listened on.
func listenError(flag, address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return usagef("%s: %s is in use by another program; use another port, or 0 for a free one", flag, address)
	}
	return usagef("%s: %w", flag, err)
}
