package watch

import (
	"context"
	"fmt"
	"time"

	"lenswatch/client"
	"lenswatch/watch/health"
)

// probeTimeout is how long one probe may take.
const probeTimeout = 15 * time.Second

// maxProbes is how many sessions are asked about at once, so that answers of any size take little memory.
// Others are asked about a second later.
const maxProbes = 16

// ProbeRequest is a question about a session that a monitor would like to have answered.
type ProbeRequest struct {
	Service, Session string
	Kind             health.ProbeKind
}

// Probe puts a question, in the background. The answer comes with a batch. A session that is
// being asked about is not asked about again meanwhile.
func (h *Hub) Probe(p ProbeRequest) {
	s := h.Service(p.Service)
	h.mu.Lock()
	defer h.mu.Unlock()
	if s == nil || h.closed || h.probing[p.Session] || len(h.probing) >= maxProbes {
		return
	}
	h.probing[p.Session] = true
	h.tasks.Go("probe", func() {
		result, report := h.runProbe(s, p)
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.probing, p.Session)
		if report {
			h.pending.Probes = append(h.pending.Probes, ProbeOutcome{Session: p.Session, Result: result})
			h.signal()
		}
	})
}

func (h *Hub) runProbe(s client.Service, p ProbeRequest) (result health.ProbeResult, report bool) {
	ctx, cancel := context.WithTimeout(h.ctx, probeTimeout)
	defer cancel()
	start := time.Now()
	var (
		session  *client.Session
		ping     client.Ping
		messages int
		said     string           // by the session of itself
		question *client.Question // that its model is asked
	)
	err := h.guarded("probe", func() (err error) {
		if pinger, ok := s.(client.Pinger); ok && p.Kind == health.ProbeNetwork {
			ping, err = pinger.Ping(ctx)
			return err
		}
		if box, ok := s.(client.Mailboxer); ok && p.Kind == health.ProbeMailbox {
			messages, err = box.Mailbox(ctx, p.Session)
			return err
		}
		if control, ok := s.(client.Controller); ok && p.Kind == health.ProbeValidate {
			v, err := control.Validate(ctx, p.Session)
			said = v.Problems
			return err
		}
		if control, ok := s.(client.Controller); ok && p.Kind == health.ProbeQuestion {
			q, err := control.Question(ctx, p.Session)
			question, said = &q, fmt.Sprintf("focus %q, instruction %q", q.Focus, q.Instruction)
			return err
		}
		rec, err := s.Session(ctx, p.Session)
		if err == nil {
			session = &rec
		}
		return err
	})
	now := time.Now()
	h.debug("probe", "session", p.Session, "kind", p.Kind.String(), "ms", now.Sub(start).Milliseconds(), "error", err)
	result, report = health.Outcome(p.Kind, now, now.Sub(start), session, err)
	result.Timing, result.Messages = ping.Timing, int64(messages)
	if err == nil {
		result.Message, result.Question = client.Line1(said), question
	}
	return result, report
}
