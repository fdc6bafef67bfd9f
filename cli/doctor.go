package cli

import (
	"cmp"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"lenswatch/cli/config"
	"lenswatch/client"
	"lenswatch/client/localfile"
	"lenswatch/client/localhttp"
	"lenswatch/client/units"
)

// The clock may be off by so much before doctor warns: ages and delays are reported to the second.
const clockTolerance = 2 * time.Second

func newDoctor(env Env) *cobra.Command {
	var stream bool
	var lens string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check endpoint, key, proxy, DNS, TLS, clock and terminal",
		Long: `doctor checks everything lenswatch needs, one line per check: what it checked, what it found, and how to fix it.

--stream also creates a session of a test lens, which takes a runner and counts against the quota while it runs: it
adds an output, sends one input, waits for the echo and destroys the session. It reports how long the echo took,
whether a proxy buffers the stream, and whether events carry IDs. If it passes and another session is silent,
that session, its lens or its input is at fault. Nothing is left behind if it is interrupted.

The exit code is that of the first check that failed.`,
		Example: "lenswatch doctor\nlenswatch doctor --stream",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if lens != "" && !stream {
				return usagef("--lens is for --stream")
			}
			return unfinished(cmd.Context(), doctor(cmd.Context(), env, stream, lens))
		},
	}
	cmd.Flags().BoolVar(&stream, "stream", false, "test a stream with a session of a test lens; it takes a runner for a moment")
	cmd.Flags().StringVar(&lens, "lens", "", "the `lens` that echoes its input, by ID or name (default \""+testLens+"\")")
	return cmd
}

// checkResult is one line of doctor.
type checkResult struct {
	what, found string
	err         error // it failed
	warn        bool  // it works, and could be better
}

func doctor(ctx context.Context, env Env, stream bool, lens string) error {
	if stream {
		if _, err := env.oneProfile("--stream"); err != nil {
			return err
		}
	}
	findings, services := doctorSettings(ctx, env)
	for _, svc := range services {
		if p, _ := client.ProfileOf(svc.Name()); p != "" {
			findings = append(findings, checkResult{what: "profile", found: svc.Name()})
		}
		more := doctorService(ctx, svc)
		if len(services) > 1 {
			nameService(more, svc)
		}
		findings = append(findings, more...)
	}
	if stream && len(services) > 0 {
		findings = append(findings, doctorStream(ctx, env, services, lens)...)
	}
	if ctx.Err() == nil { // what is checked after an interruption would fail for it
		findings = append(findings, doctorMachine(ctx, env)...)
		findings = append(findings, doctorTerminal(env)...)
	}
	var first error
	for _, f := range findings {
		mark := "ok  "
		if f.err != nil && first == nil {
			first = reportedError{f.err}
		}
		switch {
		case errors.Is(f.err, errInterrupted):
			mark = "stop"
		case errors.Is(f.err, context.Canceled):
			mark, f.found = "stop", "interrupted"
		case f.err != nil:
			mark = "FAIL"
		case f.warn:
			mark = "warn"
		}
		if _, err := fmt.Fprintf(env.Stdout, "%s  %-12s %s\n", mark, f.what, f.found); err != nil {
			return err
		}
	}
	if first == nil {
		return ctx.Err()
	}
	return first
}

func doctorSettings(ctx context.Context, env Env) (findings []checkResult, services []client.Service) {
	s, err := env.config()
	if err != nil {
		return []checkResult{{what: "settings", found: client.Line1(err.Error()), err: err}}, nil
	}
	file := checkResult{what: "settings", found: s.File}
	if !s.Found {
		file.found = "no settings file; using defaults"
	}
	findings = append(findings, file)
	chosen, err := env.profiles()
	if err != nil {
		return append(findings, checkResult{what: "profile", found: client.Line1(err.Error()), err: err}), nil
	}
	for _, p := range chosen {
		more, found := doctorProfile(ctx, env, p)
		findings, services = append(findings, more...), append(services, found...)
	}
	return findings, services
}

// doctorProfile says where the services of a profile are, and where their keys.
func doctorProfile(ctx context.Context, env Env, p config.Profile) (findings []checkResult, services []client.Service) {
	without, why := 0, error(nil)
	if p.Name != "" {
		findings = append(findings, checkResult{what: "profile", found: p.Name})
	}
	for _, name := range serviceNames() {
		svc, source, err := env.keyed(ctx, p, name)
		switch {
		case errors.Is(err, config.ErrNoKey):
			without, why = without+1, err
		case err != nil:
			findings = append(findings, checkResult{what: "account", found: err.Error(), err: err})
		default:
			findings = append(findings, checkResult{what: "endpoint", found: svc.Endpoint() + " (" + svc.Name() + ")"}, checkResult{what: "key", found: "from " + source + " (" + svc.Name() + ")"})
			services = append(services, svc)
		}
	}
	if without == len(serviceNames()) {
		err := noKey(p, why)
		findings = append(findings, checkResult{what: "account", found: err.Error(), err: err})
	}
	return findings, services
}

func doctorService(ctx context.Context, svc client.Service) (out []checkResult) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	out = doctorRoute(svc)
	if pinger, ok := svc.(client.Pinger); ok {
		p, err := pinger.Ping(ctx)
		if err != nil && client.RemedyOf(err) != client.RemedyRateLimited { // an answer, whichever, is no error
			return append(out, checkResult{what: "network", found: err.Error(), err: err})
		}
		out = append(out, checkResult{what: "network", found: steps(p.Timing)})
		out = append(out, doctorClock(p))
	}
	sessions, err := svc.Sessions(ctx)
	if err != nil {
		return append(out, checkResult{what: "service", found: err.Error(), err: err})
	}
	return append(out, checkResult{what: "service", found: fmt.Sprintf("responding; open sessions: %d", len(sessions))})
}

// nameService says at the end of each line which service it is of.
func nameService(findings []checkResult, svc client.Service) {
	for i := range findings {
		findings[i].found += " (" + svc.Name() + ")"
	}
}

// steps are how long each step to the first byte took. A step that was not taken is left out: an address needs no DNS, plain
// HTTP no TLS.
func steps(t client.Timing) string {
	var out []string
	for _, s := range []struct {
		name string
		took time.Duration
	}{{"DNS", t.DNS}, {"connect", t.Connect}, {"TLS", t.TLS}, {"first byte", t.FirstByte}} {
		if s.took > 0 {
			out = append(out, s.name+" "+units.Duration(s.took))
		}
	}
	return strings.Join(out, ", ")
}

func doctorClock(p client.Ping) checkResult {
	if p.Date.IsZero() {
		return checkResult{what: "clock", found: "the service did not report its time", warn: true}
	}
	off := time.Since(p.Date) - 500*time.Millisecond // Date is cut to the second
	f := checkResult{what: "clock", found: "in sync with the service"}
	if off.Abs() > clockTolerance {
		f.warn, f.found = true, fmt.Sprintf("off by %s from the service; delays are corrected for it", units.Duration(off.Round(time.Second)))
	}
	return f
}

func doctorTerminal(env Env) []checkResult {
	if !env.terminal() {
		return []checkResult{{what: "terminal", found: "not a TTY (only the TUI needs one)", warn: true}}
	}
	w, h, err := term.GetSize(os.Stdout.Fd())
	f := checkResult{what: "terminal", found: fmt.Sprintf("%s, %dx%d, %v", cmp.Or(env.Getenv("TERM"), "TERM is not set"), w, h, colorprofile.Detect(os.Stdout, env.Environ))}
	if err != nil || w < 80 || h < 24 {
		f.warn, f.found = true, f.found+"; 80x24 or larger shows all panes"
	}
	out := []checkResult{f}
	locale := env.Getenv("LC_ALL") + env.Getenv("LC_CTYPE") + env.Getenv("LANG")
	if !strings.Contains(strings.ToLower(strings.ReplaceAll(locale, "-", "")), "utf8") {
		out = append(out, checkResult{what: "locale", found: "no UTF-8 locale; if borders look wrong, use --ascii", warn: true})
	}
	return out
}

// doctorRoute says what is on the way to a service: a proxy, or nothing that hides the key.
func doctorRoute(svc client.Service) (out []checkResult) {
	u, err := url.Parse(svc.Endpoint())
	if err != nil {
		return nil
	}
	if p, ok := svc.(client.Proxied); ok && p.Proxy() != "" {
		out = append(out, checkResult{what: "proxy", found: p.Proxy() + ", from " + strings.ToUpper(u.Scheme) + "_PROXY; NO_PROXY names hosts that need none"})
	}
	if u.Scheme == "http" && !localhttp.LoopbackHost(u.Hostname()) {
		out = append(out, checkResult{
			what: "encryption", warn: true,
			found: "none: the API key is sent unencrypted to " + u.Host + "; use https://",
		})
	}
	return out
}

// fewFiles is how many open files are few: each session takes one, and lenswatch itself some ten.
const fewFiles = 128

// doctorMachine checks what this machine allows: files, and the authorities that it trusts.
func doctorMachine(ctx context.Context, env Env) (out []checkResult) {
	if limit, ok := client.FileLimit(); ok && limit < fewFiles {
		out = append(out, checkResult{what: "open files", found: fmt.Sprintf("limit %d is low (one per session); raise it with `ulimit -n 4096`", limit), warn: true})
	}
	file := env.Getenv("SSL_CERT_FILE")
	if file == "" {
		return out
	}
	f := checkResult{what: "certificates", found: "from SSL_CERT_FILE, " + client.Line1(file)}
	switch n, err := certificatesIn(ctx, file); {
	case err != nil:
		f.warn, f.found = true, "can't read SSL_CERT_FILE, so no private CA is trusted: "+client.Line1(err.Error())
	case n == 0:
		f.warn, f.found = true, f.found+": it holds no certificate in PEM form"
	}
	return append(out, f)
}

// maxAuthorities bounds what is read of a file of certificates, in bytes.
const maxAuthorities = 16 << 20

func certificatesIn(ctx context.Context, name string) (n int, err error) {
	text, err := localfile.Read(ctx, name, maxAuthorities)
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			n++
		}
	}
	return n, err
}
