package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"lenswatch/client/guard"
	"lenswatch/client/sse"
)

// callbackTimeout is how long a suite may take to accept a message.
const callbackTimeout = 10 * time.Second

// params are what a suite asks for with POST /.
type params struct {
	StreamURL      string            `json:"streamUrl"`
	CallbackURL    string            `json:"callbackUrl"`
	Tag            string            `json:"tag"`
	InitialDelayMS *int              `json:"initialDelayMs"`
	ReadTimeoutMS  *int              `json:"readTimeoutMs"`
	LastEventID    string            `json:"lastEventId"`
	Method         string            `json:"method"`
	Body           string            `json:"body"`
	Headers        map[string]string `json:"headers"`
}

// message is what is posted to the callback URL.
type message struct {
	Kind    string  `json:"kind"`
	Event   *event  `json:"event,omitempty"`
	Comment *string `json:"comment,omitempty"`
	Error   *string `json:"error,omitempty"`
}

type event struct {
	Type string `json:"type"`
	Data string `json:"data"`
	ID   string `json:"id"`
}

// A stream is one event source and the callbacks that it makes.
type stream struct {
	source   *sse.Source
	callback string // without the number
	log      *slog.Logger
	client   *http.Client
	sent     int // messages so far

	ctx    context.Context
	cancel context.CancelFunc
	begun  sync.Once
	done   chan struct{} // closed when it has posted its last message
}

func newStream(p params, log *slog.Logger) (*stream, error) {
	if u, err := url.Parse(p.CallbackURL); err != nil || u.Host == "" {
		return nil, errors.New("callbackUrl: it must be the address of an HTTP endpoint")
	}
	o := sse.Options{
		URL:         p.StreamURL,
		Method:      p.Method,
		Header:      http.Header{},
		LastEventID: p.LastEventID,
	}
	if p.Body != "" {
		o.Body = []byte(p.Body)
	}
	for name, value := range p.Headers {
		o.Header.Set(name, value)
	}
	if p.InitialDelayMS != nil {
		o.InitialDelay = time.Duration(*p.InitialDelayMS) * time.Millisecond
		if o.InitialDelay == 0 {
			o.InitialDelay = time.Nanosecond // the Source takes 0 for its default
		}
	}
	if p.ReadTimeoutMS != nil {
		o.ReadTimeout = time.Duration(*p.ReadTimeoutMS) * time.Millisecond
	}
	source, err := sse.New(o)
	if err != nil {
		return nil, err
	}
	st := &stream{
		source:   source,
		callback: strings.TrimSuffix(p.CallbackURL, "/"),
		log:      log.With("tag", p.Tag),
		client:   &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone(), Timeout: callbackTimeout},
		done:     make(chan struct{}),
	}
	st.ctx, st.cancel = context.WithCancel(context.Background())
	return st, nil
}

// start connects, unless the stream was stopped before.
func (st *stream) start() {
	st.begun.Do(func() { guard.Go("stream", nil, st.run) })
}

// stop ends the stream and waits until it has ended.
func (st *stream) stop() {
	st.cancel()
	st.begun.Do(func() { close(st.done) })
	<-st.done
}

func (st *stream) run() {
	defer close(st.done)
	defer st.client.CloseIdleConnections()
	err := st.source.Run(st.ctx, sse.Handler{
		Event: func(e sse.Event) {
			st.post(message{Kind: "event", Event: &event{Type: e.Type, Data: string(e.Data), ID: e.ID}})
		},
		Comment: func(text string) { st.post(message{Kind: "comment", Comment: &text}) },
		State:   st.state,
	})
	st.log.Info("ended", "reason", err)
}

// state posts what is a failure: Restart and the end of the stream by request are none.
func (st *stream) state(s sse.State) {
	var text string
	switch {
	case s.Err != nil:
		text = s.Err.Error()
	case s.Code == sse.Skipped:
		text = fmt.Sprintf("an event of %d bytes was skipped: it is above the limit", s.Size)
	default:
		return
	}
	st.post(message{Kind: "error", Error: &text})
}

// post sends the next message, and returns once it is accepted. As a rule a suite that accepts it no
// more has ended: see the log.
func (st *stream) post(m message) {
	st.sent++
	if err := st.deliver(st.sent, m); err != nil && st.ctx.Err() == nil {
		st.log.Error("the callback failed", "number", st.sent, "error", err)
	}
}

func (st *stream) deliver(number int, m message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	address := fmt.Sprintf("%s/%d", st.callback, number)
	req, err := http.NewRequestWithContext(st.ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := st.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection is used again
	if resp.StatusCode >= 300 {
		return fmt.Errorf("the suite answered %s", resp.Status)
	}
	return nil
}
