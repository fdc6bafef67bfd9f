package scenarios

import (
	"bytes"
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"lenswatch/cli/console"
)

var real = flag.Bool("real", false, "run the program over real sockets, in real time")

// program is the real binary.
var program console.Binary

func TestMain(m *testing.M) {
	flag.Parse()
	if *real {
		if err := flag.Set("test.parallel", realAtOnce); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	if err := program.Remove(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// realAtOnce is how many scenarios run at a time. They wait, most of the time.
const realAtOnce = "24"

// TestReal puts the program to every scenario that asks it for a diagnosis, by real sockets and in real time:
// three to five minutes. `go test ./cli/scenarios -run Real -real` runs it.
func TestReal(t *testing.T) {
	if !*real {
		t.Skip("it takes minutes: -real")
	}
	binary := program.Path(t)
	for _, c := range table() {
		build := c.builder(0)
		if s := build(); s.asked == nil || s.onlyInMemory() || !strings.Contains(c.name, *only) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := runReal(t, binary, build)
			s := build()
			s.asked.within += 2 * time.Second // a process starts and ends
			for _, w := range s.asked.judge(d) {
				t.Error(w)
			}
		})
	}
}

// onlyInMemory reports whether a script needs a network that is not there.
func (s *script) onlyInMemory() bool {
	for _, f := range s.network.faults {
		if f.why != "dns" && f.why != "refused" {
			return true
		}
	}
	return s.network.https == "tunnel" || s.asked.blocked.to > 0 || s.asked.stop > 0
}

// runReal runs the program for a script, and for a person, at the same time.
func runReal(t *testing.T, binary string, build func() *script) diagnosed {
	var texts diagnosed
	done := make(chan struct{})
	go func() {
		defer close(done)
		texts = runOnce(t, binary, build(), "text")
	}()
	d := runOnce(t, binary, build(), "json")
	<-done
	d.reports, d.text = reports(d.text), texts.text
	if texts.exit != d.exit {
		d.text += fmt.Sprintf("\n(as text it exits with %d, as JSON with %d)", texts.exit, d.exit)
		d.exit = -1
	}
	return d
}

// runOnce serves a script and runs the program against it.
func runOnce(t *testing.T, binary string, s *script, output string) (d diagnosed) {
	ctx, cancel := context.WithTimeout(t.Context(), s.asked.within+30*time.Second)
	defer cancel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Error(err)
		return d
	}
	base := "http://" + listener.Addr().String()
	if s.network.https != "" {
		base = "https://" + listener.Addr().String()
		listener = tls.NewListener(listener, certificate(s.network.https, time.Now()))
	}
	hs := &http.Server{
		Handler: newServer(ctx, s, time.Now(), base), ErrorLog: log.New(io.Discard, "", 0),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	served := make(chan struct{})
	go func() { defer close(served); _ = hs.Serve(listener) }()
	defer func() { cancel(); _ = hs.Close(); <-served }()

	home := t.TempDir()
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_STATE_HOME=" + home, "XDG_CONFIG_HOME=" + home, "ATAI_API_KEY=" + apiKey}
	for _, f := range s.network.faults {
		switch f.why {
		case "dns":
			base = "http://lens.invalid"
		case "refused":
			base = closedPort(t)
		}
	}
	if s.network.proxy != "" {
		env, base = append(env, "HTTP_PROXY="+base), "http://lens.test"
	}
	env = append(env, "ATAI_API_ENDPOINT="+base+s.path)
	args := s.asked.command
	if args == nil {
		args = append(append([]string{"diagnose", "-o", output}, s.asked.args...), s.diagnosed()...)
	}
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, &out, &errs
	start := time.Now()
	err = cmd.Run()
	d.took, d.exit, d.text = time.Since(start), cmd.ProcessState.ExitCode(), out.String()+errs.String()
	if err != nil && d.exit < 0 {
		t.Errorf("it was killed: %v", err)
	}
	return d
}

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}
