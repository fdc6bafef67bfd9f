package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

const (
	floodRate = 50_000
	floodTime = 20 * time.Second
	// maxBehind is how far the screen may be behind the simulator.
	maxBehind = 250 * time.Millisecond
	// loadWarmUp is how long a new session gives nothing, so that lenswatch reads it from its first event.
	loadWarmUp = 3 * time.Second
)

// watched is a screen on one session that gives load events at a rate.
type watched struct {
	*world
	*terminal
	rate float64
}

func (w watched) close() {
	w.terminal.close()
	w.world.close()
}

// watchLoad starts a simulator and a lenswatch, and waits for the first results on the screen.
func (b *bench) watchLoad(rate int) (w watched, err error) {
	w.rate = float64(rate)
	if w.world, err = b.simulate("--rate", strconv.Itoa(rate), "--warm-up", loadWarmUp.String()); err != nil {
		return w, err
	}
	ids, err := w.create(1)
	if err == nil {
		w.terminal, err = b.open(w.env(), ids[0])
	}
	if err != nil {
		w.world.close()
		return w, err
	}
	if _, ok := w.until(2*loadWarmUp, func(string) bool { return w.newest() > 0 }); !ok {
		screen := w.screen()
		w.close()
		return w, fmt.Errorf("no result reached the screen:\n%s", screen)
	}
	return w, nil
}

// behind is how much younger than the newest event on the screen the simulator's newest is. The
// screen is read first: what the simulator gives meanwhile counts against it.
func (w watched) behind() (time.Duration, error) {
	shown := w.newest()
	all, err := w.states()
	if err != nil {
		return 0, err
	}
	if len(all) != 1 || len(all[0].Readers) != 1 {
		return 0, errors.New("the session is not being read")
	}
	// The numbers begin after the few events that opened the session: what that makes is microseconds.
	given := float64(all[0].Outputs)
	return time.Duration(max(0, given-float64(shown)) / w.rate * float64(time.Second)), nil
}

// lagging measures for a while how far the screen is behind, at 20 places a second.
func (w watched) lagging(d time.Duration) (all []time.Duration, err error) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		late, err := w.behind()
		if err != nil {
			return all, err
		}
		all = append(all, late)
	}
	return all, nil
}

// tuiRow floods the screen, and looks at it as a person would.
func tuiRow(b *bench) ([]finding, error) {
	w, err := b.watchLoad(floodRate)
	if err != nil {
		return nil, err
	}
	defer w.close()
	pid := w.terminal.cmd.Process.Pid
	before, err := usageOf(pid)
	if err != nil {
		return nil, err
	}
	whole := b.during(floodTime)
	lags, err := w.lagging(whole / 2)
	if err != nil {
		return nil, err
	}
	// Keys are pressed in the other half: one that pauses the list would look as though it lagged.
	var keys []time.Duration
	for end := time.Now().Add(whole / 2); time.Now().Before(end); time.Sleep(70 * time.Millisecond) {
		keys = append(keys, w.press(strokes[len(keys)%len(strokes)]))
	}
	for len(keys)%len(strokes) != 0 {
		keys = append(keys, w.press(strokes[len(keys)%len(strokes)]))
	}
	after, err := usageOf(pid)
	if err != nil {
		return nil, err
	}
	sent, lost, got, err := w.settled(b)
	if err != nil {
		return nil, err
	}
	busy := (after.cpu - before.cpu).Seconds() / after.at.Sub(before.at).Seconds()
	return []finding{
		{what: "events sent and not counted on the screen", value: float64(sent - got), limit: 0, bound: atMost,
			detail: fmt.Sprintf("%s sent, %s counted, %d lost by the reader", figure(float64(sent), ""), figure(float64(got), ""), lost)},
		{what: "lag of the screen, maximum", value: milliseconds(quantile(lags, 1)), unit: "ms", limit: milliseconds(maxBehind), bound: atMost,
			detail: fmt.Sprintf("%d looks; p50 %.0f ms, p95 %.0f ms; the look itself included", len(lags), milliseconds(quantile(lags, .5)), milliseconds(quantile(lags, .95)))},
		{what: "key to screen, p95", value: milliseconds(quantile(keys, .95)), unit: "ms", limit: 33, bound: atMost,
			detail: fmt.Sprintf("%d keys; p50 %.1f ms, most %.1f ms", len(keys), milliseconds(quantile(keys, .5)), milliseconds(quantile(keys, 1)))},
		{what: "resident memory, at its most", value: float64(after.peak) / (1 << 20), unit: "MiB", limit: 200, bound: atMost,
			detail: fmt.Sprintf("%.0f MiB at the end", float64(after.resident)/(1<<20))},
		{what: "of one core", value: 100 * busy, unit: "%"},
	}, nil
}

// settled stops the flow, and waits until the screen has counted what was sent.
func (w watched) settled(b *bench) (sent, lost, got int64, err error) {
	if err := w.control("POST", "faults", `{"fault": "stall"}`, nil); err != nil {
		return 0, 0, 0, err
	}
	time.Sleep(time.Second) // the engine hands out every few milliseconds; afterwards the count stands
	all, err := w.states()
	if err != nil {
		return 0, 0, 0, err
	}
	sent, lost = all[0].Outputs, all[0].Lost
	// The numbers of the health pane change once a second.
	for quiet := 0; w.received() < sent-lost && quiet < 30; { // seconds in which nothing was counted: a loaded machine is slow
		before := w.received()
		if err := b.wait(time.Second); err != nil {
			return 0, 0, 0, err
		}
		if quiet++; w.received() > before {
			quiet = 0
		}
		if all, err = w.states(); err != nil { // what waited may be lost meanwhile
			return 0, 0, 0, err
		}
		lost = all[0].Lost
	}
	return sent, lost, w.received(), nil
}

// limitRow looks for the highest rate at which the screen does not fall behind.
func limitRow(b *bench) ([]finding, error) {
	best, low, high := 0, 0, 0
	detail := ""
	for rate := 100_000; ; {
		ok, why, err := b.holds(rate)
		if err != nil {
			return nil, err
		}
		if ok {
			best, low = rate, rate
		} else {
			high = rate
			detail = fmt.Sprintf("at %s: %s", figure(float64(rate), "events/s"), why)
		}
		switch {
		case high == 0:
			rate *= 2
		case low == 0:
			rate /= 2
		default:
			rate = (low + high) / 2
		}
		if high > 0 && high-low <= max(low/8, 5000) || rate > 2_000_000 {
			break
		}
	}
	return []finding{{what: "events a second held", value: float64(best), limit: 100_000, bound: atLeast, detail: detail}}, nil
}

// holds reports whether the screen keeps up with a rate, and if not, why.
func (b *bench) holds(rate int) (ok bool, why string, err error) {
	w, err := b.watchLoad(rate)
	if err != nil {
		return false, err.Error(), b.ctx.Err()
	}
	defer w.close()
	if err := b.wait(2 * time.Second); err != nil {
		return false, "", err
	}
	lags, err := w.lagging(b.during(5 * time.Second))
	if err != nil {
		return false, "", err
	}
	if late := quantile(lags, 1); late > maxBehind {
		return false, fmt.Sprintf("the screen lagged by up to %.0f ms", milliseconds(late)), nil
	}
	sent, lost, got, err := w.settled(b)
	if err != nil {
		return false, "", err
	}
	if sent != got {
		return false, fmt.Sprintf("%d of %d events were not counted, %d lost by the reader", sent-got, sent, lost), nil
	}
	return true, "", nil
}
