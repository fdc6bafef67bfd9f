package scenarios

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/cli"
	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/sse"
	"lenswatch/watch"
	"lenswatch/watch/health"
)

var (
	seed     = flag.Uint64("seed", 1, "seed of what scenarios leave open")
	variants = flag.Int("variants", 0, "variants of each scenario; 0 for 3, or 1 of those that take an hour")
	only     = flag.String("only", "", "run the scenarios whose name holds this")
	verbose  = flag.Bool("print", false, "print all that is said, each time that it changes")
	update   = flag.Bool("update", false, "take what passes now off the list of what fails still")
	why      = flag.String("why", "", "write what fails, and why, to this file")
)

// scenario is one case, in as many variants as are asked for.
type scenario struct {
	name string
	kind int // of the list in docs/diagnosis.md's order; 0 for sound streams
	make func(s *script)
}

// rig is a server and the way to it, in a bubble of virtual time.
type rig struct {
	s         *script
	epoch     time.Time
	server    *server
	transport *http.Transport
	base      string
	stop      func()
}

func newRig(s *script) *rig {
	// The bubble's clock begins in 2000: what was before that is no date to a client.
	time.Sleep(time.Until(time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)))
	r := &rig{s: s, epoch: time.Now(), base: "http://lens.test"}
	since := func() time.Duration { return time.Since(r.epoch) }
	wires := newWires(&s.network, s.stops, since)
	ctx, cancel := context.WithCancel(context.Background())
	if s.network.https != "" {
		r.base = "https://lens.test"
	}
	r.server = newServer(ctx, s, r.epoch, r.base)
	hs := &http.Server{Handler: r.server, ErrorLog: log.New(io.Discard, "", 0), BaseContext: func(net.Listener) context.Context { return ctx }}
	var listener net.Listener = wires
	if s.network.https != "" && s.network.https != "tunnel" { // the server is the proxy as well, and lets nothing through
		listener = tls.NewListener(wires, certificate(s.network.https, r.epoch))
	}
	served, dropped := make(chan struct{}), make(chan struct{})
	go func() { defer close(served); _ = hs.Serve(listener) }()
	go func() { defer close(dropped); wires.run(ctx) }()
	r.transport = sse.NewTransport()
	r.transport.DialContext, r.transport.Proxy = wires.dial, nil
	if s.network.proxy != "" {
		r.transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: s.network.proxy})
	}
	r.stop = func() {
		cancel()
		_ = hs.Close()
		_ = wires.Close()
		<-served
		<-dropped
		r.transport.CloseIdleConnections()
		synctest.Wait()
	}
	return r
}

// now is the viewer's time.
func (r *rig) now() time.Duration { return time.Since(r.epoch) }

// diagnosed is what `lenswatch diagnose` came to.
type diagnosed struct {
	exit    int
	took    time.Duration
	reports []report
	text    string // what it printed for a person
	errors  string
}

// report is the part of the JSON of a diagnosis that matters here.
type report struct {
	Session string `json:"session"`
	State   string `json:"state"`
	Verdict struct {
		Code       string `json:"code"`
		Sentence   string `json:"sentence"`
		Severity   string `json:"severity"`
		Confidence string `json:"confidence"`
	} `json:"verdict"`
}

// reports are the diagnoses among lines of output.
func reports(lines string) (list []report) {
	for line := range strings.Lines(lines) {
		var v report
		if json.Unmarshal([]byte(line), &v) == nil && v.Verdict.Code != "" {
			list = append(list, v)
		}
	}
	return list
}

// environment is that of the command.
func environment(r *rig, home string, out, errs io.Writer) cli.Env {
	vars := map[string]string{
		"ATAI_API_KEY": apiKey, "ATAI_API_ENDPOINT": r.base + r.s.path, "HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home,
	}
	return cli.Env{
		Stdin: strings.NewReader(""), Stdout: out, Stderr: errs, Getenv: func(k string) string { return vars[k] }, GOOS: "linux",
		Keyring: noKeyring{}, Transport: r.transport,
	}
}

// diagnose runs the command as a person does, once for a person and once for a script, each against a server
// that begins anew.
func diagnose(t *testing.T, make func() *script) (d diagnosed) {
	home := t.TempDir()
	run := func(output string) (int, string, string, time.Duration) {
		var out, errs bytes.Buffer
		var took time.Duration
		var exit int
		synctest.Test(t, func(t *testing.T) {
			s := make()
			r := newRig(s)
			defer r.stop()
			args := s.asked.command
			if args == nil {
				args = append([]string{"diagnose", "-o", output}, s.asked.args...)
				args = append(args, s.diagnosed()...)
			}
			ctx := t.Context()
			if s.asked.stop > 0 {
				limited, cancel := context.WithTimeout(ctx, s.asked.stop)
				defer cancel()
				ctx = limited
			}
			exit = cli.Main(ctx, environment(r, home, pipe{&out, s.asked.blocked, r.now}, &errs), args)
			took = r.now()
		})
		return exit, out.String(), errs.String(), took
	}
	exit, lines, errs, took := run("json")
	d = diagnosed{exit: exit, took: took, errors: errs}
	d.reports = reports(lines)
	exit, text, errs, _ := run("text")
	d.text = text + errs
	if exit != d.exit {
		d.text += fmt.Sprintf("\n(as text it exits with %d, as JSON with %d)", exit, d.exit)
		d.exit = -1
	}
	return d
}

// pipe is standard output that nobody reads for a while.
type pipe struct {
	io.Writer
	blocked window
	now     func() time.Duration
}

func (p pipe) Write(b []byte) (int, error) {
	if t := p.now(); p.blocked.has(t) {
		time.Sleep(p.blocked.to - t)
	}
	return p.Writer.Write(b)
}

// judge finds what is wrong with a diagnosis.
func (want *diagnosis) judge(got diagnosed) (wrong []string) {
	said := "nothing"
	code := ""
	if len(got.reports) > 0 {
		v := got.reports[0]
		code = v.Verdict.Code
		said = fmt.Sprintf("%s (%s, %s): %s", code, v.Verdict.Confidence, v.State, v.Verdict.Sentence)
	}
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if !slices.Contains(want.exits, got.exit) {
		complain("exit code %d, want %v", got.exit, want.exits)
	}
	if len(want.codes) > 0 && !slices.Contains(want.codes, code) {
		complain("verdict %q, want %s", code, strings.Join(want.codes, " or "))
	}
	if got.took > want.within+500*time.Millisecond {
		complain("it took %v, want %v at most", got.took, want.within)
	}
	for _, w := range want.words {
		if !says(got.text, w) {
			complain("%q is not said", w)
		}
	}
	for _, w := range want.never {
		if says(got.text, w) {
			complain("%q is said", w)
		}
	}
	if len(wrong) > 0 {
		wrong = append(wrong, "it said "+said, strings.ReplaceAll(strings.TrimSpace(got.text), "\n", "\n        "))
	}
	return wrong
}

// follow watches a script's sessions, and reports what was said of the first each second.
func follow(t *testing.T, make func() *script) (samples map[string][]sample, wrong []string, s *script) {
	synctest.Test(t, func(t *testing.T) {
		s = make()
		r := newRig(s)
		defer r.stop()
		svc, err := archetype.New(archetype.Options{Endpoint: r.base + s.path, Key: archetype.NewSecret(apiKey), Transport: r.transport})
		if err != nil {
			t.Fatal(err)
		}
		defer svc.Close()
		services := []client.Service{svc}
		hub, store := watch.NewHub(services, watch.Options{}), watch.NewStore(watch.InfoOf(services), 0)
		defer hub.Close()
		hub.Start()
		for _, id := range s.diagnosed() {
			if err := hub.Watch(svc.Name(), id); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), s.watched)
		defer cancel()
		turned := map[string]string{}
		samples = map[string][]sample{}
		watch.Follow(ctx, hub, store, func(now time.Time, b *watch.Batch) bool {
			rested := r.rest()
			// A tick that waited while the viewer was stopped has a time that a real one has not.
			stale := rested || time.Since(now) > time.Second
			if noteTurns(turned, b); b != nil || stale || r.now() >= s.watched {
				return true
			}
			for _, id := range s.judged() {
				if x := store.Session(id); x != nil {
					samples[id] = append(samples[id], take(x, now, r.epoch, turned[id]))
					delete(turned, id)
				}
			}
			return true
		})
		if s.verify != nil {
			wrong = s.verify(r.server)
		}
	})
	return samples, wrong, s
}

// rest stops the viewer's loop while the script says that it does not run, and reports whether it did.
func (r *rig) rest() (rested bool) {
	for _, w := range r.s.stops {
		if now := r.now(); w.has(now) {
			time.Sleep(w.to - now)
			rested = true
		}
	}
	return rested
}

// noteTurns notes the channels that sessions are read by from now on, by evidence.
func noteTurns(turned map[string]string, b *watch.Batch) {
	if b == nil {
		return
	}
	for i := range b.Events {
		if n := b.Events[i].Notice; n != nil && n.Code == client.NoticeChannel && strings.Contains(b.Events[i].Text, "switched to the ") {
			turned[b.Events[i].Session] = n.Channel.String()
		}
	}
}

func take(x *watch.Session, now, epoch time.Time, turned string) sample {
	st, v, f := x.Health.State(now), x.Health.Verdict(now), x.Health.Metrics(now)
	var more strings.Builder
	for _, e := range v.Evidence {
		fmt.Fprintf(&more, "%s: %s (%s)\n", e.Metric, e.Value, e.Source)
	}
	for _, n := range v.Next {
		more.WriteString(n.Text + "\n")
	}
	return sample{
		at: now.Sub(epoch), code: v.Code.String(), confidence: v.Confidence.String(), severity: v.Severity.String(), sentence: v.Sentence,
		text: more.String(), state: st.Code.String(), resultAge: f.ResultAge, quietAfter: f.QuietAfter,
		byteAge: f.ByteAge, inputsStill: f.Inputs.Still, inputsKnown: f.Inputs.Known, outputsKnown: f.Outputs.Known, results: f.Results, turned: turned,
		reconnecting: st.Code == health.Reconnecting || st.Code == health.Connecting,
	}
}

// builder makes the script of one variant, the same each time.
func (c scenario) builder(variant uint64) func() *script {
	return func() *script {
		s := newScript(newDice(c.name, *seed<<16+variant))
		c.make(s)
		slices.SortStableFunc(s.phases, func(a, b *phase) int { return cmp.Compare(a.at, b.at) })
		return s
	}
}

// outcome is what became of one variant.
type outcome struct {
	wrong []string
	said  []string
}

// run plays one variant in each way that its script asks for.
func (c scenario) run(t *testing.T, variant uint64) (o outcome) {
	build := c.builder(variant)
	s := build()
	if s.asked != nil {
		got := diagnose(t, build)
		o.said = append(o.said, strings.TrimSpace(got.text))
		for _, w := range s.asked.judge(got) {
			o.wrong = append(o.wrong, "diagnose: "+w)
		}
	}
	judge := (*script).judge
	if s.watched == 0 && s.asked != nil && s.asked.command == nil {
		judge = (*script).unsteady // what is right at which time is not said; that nothing is taken back holds always
		plain := build
		build = func() *script {
			s := plain()
			s.watched = time.Minute
			return s
		}
	}
	if build().watched > 0 {
		samples, wrong, s := follow(t, build)
		for _, id := range s.judged() {
			o.said = append(o.said, changes(samples[id])...)
			wrong = append(wrong, judge(s, samples[id])...)
		}
		for i, w := range wrong {
			if i == 3 {
				w = fmt.Sprintf("... %d more", len(wrong)-i)
			}
			if i <= 3 {
				o.wrong = append(o.wrong, "followed: "+w)
			}
		}
	}
	return o
}

// changes are the samples that say something new.
func changes(samples []sample) (said []string) {
	for i, x := range samples {
		if i == 0 || x.code != samples[i-1].code || x.confidence != samples[i-1].confidence || x.state != samples[i-1].state {
			said = append(said, x.String())
		}
	}
	return said
}
