package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client/guard"
)

// checkLimit is how long the service may take to say whether it knows a key.
const checkLimit = 20 * time.Second

// maxKeyInput is how much is read of a key that is piped in, in bytes.
const maxKeyInput = 16 << 10

func newLogin(env Env) *cobra.Command {
	var service string
	var file bool
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Save an API key in the system keyring",
		Long: `login prompts for an API key, without echo, or reads it from standard input if that is not a terminal. It verifies the
key with the service and saves it in the system keyring, for this endpoint only. A rejected key is not saved (exit code 4).

Without a keyring, use --file to save it in a file that only you can read.`,
		Example: "lenswatch login\nlenswatch login --service agenthuman\npass show archetype | lenswatch login\nlenswatch login --file",
		Args:    noKeyArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return login(cmd.Context(), env, service, file) },
	}
	serviceFlag(cmd, &service)
	cmd.Flags().BoolVar(&file, "file", false, "save the key in a file that only you can read, not in the keyring")
	return cmd
}

func newLogout(env Env) *cobra.Command {
	var service string
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "Remove a saved API key",
		Long: `logout removes the key that login saved, from the system keyring and from the file. A key in the environment, or one
printed by a command, is not touched.`,
		Example: "lenswatch logout\nlenswatch logout --service agenthuman",
		Args:    noArgs,
		RunE:    func(*cobra.Command, []string) error { return logout(env, service) },
	}
	serviceFlag(cmd, &service)
	return cmd
}

func serviceFlag(cmd *cobra.Command, service *string) {
	choiceFlag(cmd, service, "service", "", "`service` of the key: ", serviceNames())
}

// noKeyArgs refuses arguments without quoting them: the person may have typed a key.
func noKeyArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("login takes no arguments (they are visible to other processes); it prompts, or reads standard input")
	}
	return nil
}

func login(ctx context.Context, env Env, service string, file bool) error {
	p, err := env.oneProfile("login")
	if err != nil {
		return err
	}
	a, err := env.account(p, service)
	if err != nil {
		return err
	}
	if file && a.File == "" {
		return usagef("no directory for the key file: set HOME or XDG_CONFIG_HOME")
	}
	key, err := readKey(ctx, env, a)
	if err != nil {
		return err
	}
	if err := checkKey(ctx, env, a, key); err != nil {
		return fmt.Errorf("the key was not saved: %w", err)
	}
	where := config.KeyFromKeyring
	if file {
		where = a.File
		err = config.WriteKeyFile(a, key)
	} else {
		err = env.resolver().Store(a, key)
	}
	if errors.Is(err, config.ErrNoKeyring) || errors.Is(err, config.ErrLocked) {
		return fmt.Errorf("the key is valid but was not saved: %w; run `%s --file` to save it in %s, which only you can read",
			err, a.Login(), a.File)
	}
	if err != nil {
		return fmt.Errorf("the key is valid but was not saved: %w", err)
	}
	if _, err := fmt.Fprintf(env.Stdout, "Saved the key of %s at %s: %s.\n", a.Name(), a.Endpoint, where); err != nil {
		return err
	}
	return warnOfOther(ctx, env, a, where)
}

// warnOfOther says if another key will be used all the same.
func warnOfOther(ctx context.Context, env Env, a config.Account, where string) error {
	_, source, err := env.resolver().Key(ctx, a)
	if err == nil && !strings.HasSuffix(source, where) {
		_, err = fmt.Fprintf(env.Stderr, "lenswatch: overridden by %s\n", source)
		return err
	}
	return nil
}

func logout(env Env, service string) error {
	p, err := env.oneProfile("logout")
	if err != nil {
		return err
	}
	a, err := env.account(p, service)
	if err != nil {
		return err
	}
	removed, err := env.resolver().Forget(a)
	switch {
	case errors.Is(err, config.ErrLocked):
		return fmt.Errorf("a key may still be saved: %w; unlock it and log out again", err)
	case err != nil:
		return err
	}
	text := fmt.Sprintf("No saved key of %s at %s.\n", a.Name(), a.Endpoint)
	if len(removed) > 0 {
		text = fmt.Sprintf("Removed the key of %s at %s: %s.\n", a.Name(), a.Endpoint, strings.Join(removed, ", "))
	}
	_, err = io.WriteString(env.Stdout, text)
	return err
}

// readKey asks for a key on a terminal, without echo, or takes it from standard input.
func readKey(ctx context.Context, env Env, a config.Account) (string, error) {
	var text []byte
	var err error
	if tty, ok := env.Stdin.(*os.File); ok && term.IsTerminal(tty.Fd()) {
		fmt.Fprintf(env.Stderr, "API key of %s at %s (input hidden): ", a.Name(), a.Endpoint)
		text, err = readHidden(ctx, tty)
		fmt.Fprintln(env.Stderr)
	} else {
		text, err = io.ReadAll(io.LimitReader(env.Stdin, maxKeyInput+1))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return "", usagef("no key given")
	case len(text) > maxKeyInput, bytes.ContainsAny(text, "\r\n"):
		return "", usagef("a key is a single line; got more")
	}
	return string(text), nil
}

// readHidden reads a line without echo. A signal ends the wait: the terminal is left as it was.
func readHidden(ctx context.Context, tty *os.File) ([]byte, error) {
	before, err := term.GetState(tty.Fd())
	if err != nil {
		return nil, err
	}
	type line struct {
		text []byte
		err  error
	}
	typed := make(chan line, 1)
	guard.Go("prompt", func(c *guard.Crash) { typed <- line{err: c} }, func() {
		text, err := term.ReadPassword(tty.Fd())
		typed <- line{text, err}
	})
	select {
	case l := <-typed:
		return l.text, l.err
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), term.Restore(tty.Fd(), before))
	}
}

// checkKey asks the service for something that needs a good key.
func checkKey(ctx context.Context, env Env, a config.Account, key string) error {
	svc, err := env.newService(a, key)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	_, err = svc.Sessions(ctx)
	return err
}
