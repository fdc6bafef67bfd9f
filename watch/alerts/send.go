package alerts

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/cenkalti/backoff.v1"

	"lenswatch/client"
	"lenswatch/client/childproc"
	"lenswatch/client/guard"
	"lenswatch/client/recording"
	"lenswatch/client/rest"
	"lenswatch/client/units"
)

const (
	queueSize      = 64 // alerts that wait, of all destinations
	commandLimit   = 10 * time.Second
	webhookLimit   = 10 * time.Second
	webhookTries   = 4
	lastSends      = 5 * time.Second // what waits may take so long at the end
	maxEventOfJSON = 64 << 10        // bytes of payload
)

// SenderOptions configures a [Sender].
type SenderOptions struct {
	// Environ is the environment of commands; it must hold no key.
	Environ []string
	// Secret finds the secret of a webhook by the variable that has it; empty if there is none.
	Secret func(variable string) string
	// Failed receives what could not be done, in words; it may be called from any goroutine.
	Failed func(string)
	// Client makes the requests. Default: one that follows no redirect.
	Client *http.Client
}

// Sender runs the commands and makes the requests of rules, one at a time of each command and each webhook: a slow one
// holds up no other. Use [NewSender], and [Sender.Close] at the end.
type Sender struct {
	o      SenderOptions
	ctx    context.Context
	cancel context.CancelFunc
	tasks  guard.Group

	mu      sync.Mutex
	lanes   map[string][]sending // what waits, by destination, of those for which something is under way
	waiting int                  // in all lanes
	dropped int64
	closed  bool
}

// sending is an alert on its way to one destination.
type sending struct {
	rule    Rule
	payload []byte
	what    string // "the webhook"
	do      func(sending) error
}

// NewSender makes a Sender.
func NewSender(o SenderOptions) *Sender {
	if o.Client == nil {
		o.Client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	s := &Sender{o: o, lanes: map[string][]sending{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// Send does what a rule has set for a change. It does not wait: what the queue does not hold is counted.
func (s *Sender) Send(r Rule, c *Change) {
	if len(r.Command) == 0 && r.Webhook == "" {
		return
	}
	payload := Payload(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	if len(r.Command) > 0 {
		s.queue("command "+strings.Join(r.Command, "\x00"), sending{r, payload, "the command " + client.Line1(r.Command[0]), s.run})
	}
	if r.Webhook != "" {
		s.queue("webhook "+r.Webhook, sending{r, payload, "the webhook", s.post})
	}
}

// queue adds to the lane of a destination. If too much waits, the lane with the most loses its newest: a destination that
// is slow costs the others nothing. It is called with mu held.
func (s *Sender) queue(to string, x sending) {
	lane, busy := s.lanes[to]
	if !busy {
		s.lanes[to] = nil
		s.tasks.Go("alerts", func() { s.work(to, x) })
		return
	}
	s.lanes[to] = append(lane, x)
	if s.waiting++; s.waiting <= queueSize {
		return
	}
	longest := to
	for name, lane := range s.lanes {
		if len(lane) > len(s.lanes[longest]) {
			longest = name
		}
	}
	lane = s.lanes[longest]
	last := len(lane) - 1
	x = lane[last]
	s.lanes[longest] = slices.Delete(lane, last, last+1)
	s.waiting--
	s.dropped++
	s.o.Failed(fmt.Sprintf("alert %s not sent: %s is slow and the queue full (%d waiting); %s dropped so far", client.Line1(x.rule.Name), x.what, queueSize, units.Plural(s.dropped, "alert")))
}

// work sends x, and then what waits for the same destination.
func (s *Sender) work(to string, x sending) {
	for more := true; more; x, more = s.next(to) {
		if crash := guard.Do("alerts", func() { s.send(x) }); crash != nil {
			s.o.Failed(crash.Error())
		}
	}
}

func (s *Sender) next(to string) (x sending, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lane := s.lanes[to]
	if len(lane) == 0 {
		delete(s.lanes, to)
		return x, false
	}
	x = lane[0]
	s.lanes[to] = slices.Delete(lane, 0, 1)
	s.waiting--
	return x, true
}

// Dropped is how many changes were not sent because the queue was full.
func (s *Sender) Dropped() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Close sends what waits, for 5 s at most, and ends what is under way then.
func (s *Sender) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	timer := time.AfterFunc(lastSends, s.cancel)
	defer timer.Stop()
	s.tasks.Wait()
	s.cancel()
}

// Payload is a change as JSON, without credentials: what commands and webhooks get, and what is written for scripts.
// docs/alerts.md describes it.
func Payload(c *Change) []byte {
	out := struct {
		Rule       string          `json:"rule"`
		State      string          `json:"state"`
		At         time.Time       `json:"at"`
		Service    string          `json:"service"`
		Session    string          `json:"session"`
		Text       string          `json:"text"`
		Suppressed int64           `json:"suppressed"`
		Event      json.RawMessage `json:"event"`
	}{c.Rule, c.State(), c.At.UTC(), c.Service, c.Session, c.Text, c.Suppressed, nil}
	if c.Event != nil {
		ev := *c.Event
		if len(ev.Raw) > maxEventOfJSON {
			ev.Raw = nil
		}
		out.Event = recording.AppendEvent(nil, &ev)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		out.Event = nil // its payload is no JSON after all
		b.Reset()
		_ = enc.Encode(out)
	}
	return rest.MaskCredentials(b.Bytes())
}

func (s *Sender) send(x sending) {
	if s.ctx.Err() != nil {
		s.o.Failed(fmt.Sprintf("alert %s was not sent: lenswatch ended", client.Line1(x.rule.Name)))
		return
	}
	if err := x.do(x); err != nil {
		s.o.Failed(fmt.Sprintf("alert %s: %s failed: %s", client.Line1(x.rule.Name), x.what, client.Line1(err.Error())))
	}
}

// run runs a command. Of what it writes, the first line of its standard error is shown if it fails. What it has started ends with it.
func (s *Sender) run(x sending) error {
	ctx, cancel := context.WithTimeout(s.ctx, commandLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, x.rule.Command[0], x.rule.Command[1:]...)
	cmd.WaitDelay = time.Second
	said := &firstBytes{}
	cmd.Stdin, cmd.Stderr, cmd.Env = bytes.NewReader(x.payload), said, s.o.Environ
	end := childproc.Group(cmd)
	err := cmd.Run()
	end()
	switch {
	case err == nil:
		return nil
	case s.ctx.Err() != nil:
		return errEnded
	case ctx.Err() != nil:
		err = fmt.Errorf("timed out after %s", units.Duration(commandLimit))
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(said.text)), "\n")
	if first = line(first); first != "" {
		return fmt.Errorf("%w: %s", plain(err), first)
	}
	return plain(err)
}

// firstBytes keeps the beginning of what is written.
type firstBytes struct{ text []byte }

func (w *firstBytes) Write(p []byte) (int, error) {
	w.text = append(w.text, p[:min(len(p), 4*maxLine-len(w.text))]...)
	return len(p), nil
}

// CheckCommand reports why the command of a rule cannot be run; nil if it can, or if there is none.
func (r Rule) CheckCommand() error {
	if len(r.Command) == 0 {
		return nil
	}
	name := r.Command[0]
	_, err := exec.LookPath(name)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("the command %s can't be run: %w", client.Line1(name), plain(err))
	if words := strings.Fields(name); len(words) > 1 && len(r.Command) == 1 {
		err = fmt.Errorf("%w; write a program and its arguments as a list: [%q, …]", err, client.Line1(words[0]))
	}
	return err
}

// plain is an error of the system in plain words, without the names of calls, hosts and URLs.
func plain(err error) error {
	var (
		dns    *net.DNSError
		path   *fs.PathError
		system *os.SyscallError
		dial   *net.OpError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return errEnded
	case errors.Is(err, io.EOF):
		return errors.New("the connection was closed without an answer")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("timed out after %s", units.Duration(webhookLimit))
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("no such program in PATH")
	case errors.As(err, &dns):
		return errors.New("its host name has no address")
	case errors.As(err, &system):
		return system.Err
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &dial):
		return dial.Err
	}
	if found, ok := errors.AsType[*exec.Error](err); ok {
		return found.Err
	}
	return err
}

var errEnded = errors.New("lenswatch ended")

// errRefused: the webhook's answer will not change by asking again.
type errRefused struct{ status int }

func (e errRefused) Error() string { return fmt.Sprintf("HTTP %d", e.status) }

// post makes the request of a webhook, again with back-off where that may help. Errors do not name the URL: it may
// hold a secret.
func (s *Sender) post(x sending) error {
	if name := x.rule.SecretVariable; name != "" && s.o.Secret(name) == "" {
		return fmt.Errorf("environment variable %s is not set", client.Line1(name))
	}
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval = time.Second
	for try := 1; ; try++ {
		err := s.postOnce(x)
		var refused errRefused
		if err == nil || try == webhookTries || errors.Is(err, errEnded) || errors.As(err, &refused) && refused.status < 500 && refused.status != http.StatusTooManyRequests {
			return err
		}
		if rest.Sleep(s.ctx, delays.NextBackOff()) != nil {
			return fmt.Errorf("%w; lenswatch ended before another attempt", err)
		}
	}
}

func (s *Sender) postOnce(x sending) error {
	ctx, cancel := context.WithTimeout(s.ctx, webhookLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, x.rule.Webhook, bytes.NewReader(x.payload))
	if err != nil {
		return errors.New("the URL cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	if name := x.rule.SecretVariable; name != "" {
		mac := hmac.New(sha256.New, []byte(s.o.Secret(name)))
		_, _ = mac.Write(x.payload) // a hash takes all
		req.Header.Set("X-Lenswatch-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := s.o.Client.Do(req)
	if err != nil {
		var named interface{ Unwrap() error } // *url.Error, which quotes the URL
		if errors.As(err, &named) {
			err = named.Unwrap()
		}
		return plain(err)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
	if resp.StatusCode >= 300 {
		return errRefused{resp.StatusCode}
	}
	return nil
}
