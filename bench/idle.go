package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// watchMany starts a simulator with n sessions and a lenswatch on all of them, which is given env
// besides, and waits until each is being read.
func (b *bench) watchMany(n int, env []string, flags ...string) (w watched, err error) {
	if w.world, err = b.simulate(append([]string{"--quota", strconv.Itoa(n + 1)}, flags...)...); err != nil {
		return w, err
	}
	if _, err = w.create(n); err == nil {
		w.terminal, err = b.open(append(w.env(), env...), "--max-watched", strconv.Itoa(n))
	}
	if err != nil {
		w.world.close()
		return w, err
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		all, err := w.states()
		read := 0
		for _, s := range all {
			read += len(s.Readers)
		}
		switch {
		case err != nil:
		case read >= n:
			return w, nil
		case time.Now().After(deadline):
			err = fmt.Errorf("after a minute %d of %d sessions are being read", read, n)
		default:
			continue
		}
		w.close()
		return w, err
	}
}

// load is what a process used over a while.
func (b *bench) load(pid int, d time.Duration) (first, last usage, cpu float64, err error) {
	if first, err = usageOf(pid); err != nil {
		return first, last, 0, err
	}
	if err = b.wait(d); err != nil {
		return first, last, 0, err
	}
	last, err = usageOf(pid)
	return first, last, 100 * (last.cpu - first.cpu).Seconds() / last.at.Sub(first.at).Seconds(), err
}

// apart is how far apart two times are at which a process is awake, to count as two: a frame is drawn,
// and another one looked for, within that.
const apart = 100 * time.Millisecond

// wakeups is how often a second a process wakes up.
func (b *bench) wakeups(pid int, d time.Duration) (float64, error) {
	last, err := usageOf(pid)
	if err != nil {
		return 0, err
	}
	start, awake, times := last.at, time.Time{}, 0
	for last.at.Sub(start) < d {
		if err := b.wait(apart / 10); err != nil {
			return 0, err
		}
		now, err := usageOf(pid)
		if err != nil {
			return 0, err
		}
		if now.switches != last.switches {
			if now.at.Sub(awake) > apart {
				times++
			}
			awake = now.at
		}
		last = now
	}
	return float64(times) / last.at.Sub(start).Seconds(), nil
}

// idleRow leaves ten sessions alone that only send heartbeats.
func idleRow(b *bench) ([]finding, error) {
	w, err := b.watchMany(10, nil, "--fault", "stall")
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := b.wait(5 * time.Second); err != nil {
		return nil, err
	}
	pid := w.terminal.cmd.Process.Pid
	first, last, cpu, err := b.load(pid, b.during(time.Minute))
	if err != nil {
		return nil, err
	}
	woken, err := b.wakeups(pid, b.during(20*time.Second))
	if err != nil {
		return nil, err
	}
	return []finding{
		{what: "of one core", value: cpu, unit: "%", limit: 0.5, bound: atMost,
			detail: fmt.Sprintf("over %.0f s; /proc counts in steps of 10 ms", last.at.Sub(first.at).Seconds())},
		{what: "wakeups per second", value: woken, limit: 1.4, bound: atMost,
			detail: "one by the clock; ten heartbeats arrive together every 5 s, and sessions are listed every 5 s"},
		{what: "threads woken per second meanwhile", value: float64(last.switches-first.switches) / last.at.Sub(first.at).Seconds(),
			detail: "voluntary context switches"},
	}, nil
}

// manyRow watches a thousand sessions at one event a second each.
func manyRow(b *bench) ([]finding, error) {
	const n = 1000
	alone, err := b.residentOf(1)
	if err != nil {
		return nil, err
	}
	all, err := b.residentOf(n)
	if err != nil {
		return nil, err
	}
	w, err := b.watchMany(n, nil, "--rate", "1")
	if err != nil {
		return nil, err
	}
	defer w.close()
	if err := b.wait(5 * time.Second); err != nil {
		return nil, err
	}
	_, last, cpu, err := b.load(w.terminal.cmd.Process.Pid, b.during(20*time.Second))
	if err != nil {
		return nil, err
	}
	keys, err := w.walk(40)
	if err != nil {
		return nil, err
	}
	each := func(resident int64) float64 { return float64(resident-alone) / n / (1 << 10) }
	return []finding{
		{what: "of one core", value: cpu, unit: "%", limit: 25, bound: atMost},
		{what: "resident memory each, without the retained events", value: each(all), unit: "KiB", limit: 64, bound: atMost,
			detail: fmt.Sprintf("%.0f MiB in all, %.0f MiB of that with one session; 1 MiB of events is retained", float64(all)/(1<<20), float64(alone)/(1<<20))},
		{what: "the same with the events retained so far", value: each(last.resident), unit: "KiB",
			detail: fmt.Sprintf("%.0f MiB in all after %.0f s", float64(last.resident)/(1<<20), 5+b.during(20*time.Second).Seconds())},
		{what: "key to screen in the list, p95", value: milliseconds(quantile(keys, .95)), unit: "ms", limit: 50, bound: atMost,
			detail: fmt.Sprintf("%d keys, each to another session; p50 %.1f ms, most %.1f ms", len(keys), milliseconds(quantile(keys, .5)), milliseconds(quantile(keys, 1)))},
	}, nil
}

// residentOf is the memory of a lenswatch that watches n sessions for a while and keeps few of their events.
func (b *bench) residentOf(n int) (bytes int64, err error) {
	w, err := b.watchMany(n, []string{"LENSWATCH_RETENTION_BYTES=1MiB"}, "--rate", "1")
	if err != nil {
		return 0, err
	}
	defer w.close()
	if err := b.wait(b.during(20 * time.Second)); err != nil {
		return 0, err
	}
	now, err := usageOf(w.terminal.cmd.Process.Pid)
	return now.resident, err
}

// listTitle is the title of the results, which names the session that is looked at.
var listTitle = regexp.MustCompile(`╭ Results [^─╮]*`)

// walk goes down the list of sessions, and up again, and returns how long each step took to be seen.
func (t *terminal) walk(n int) (took []time.Duration, err error) {
	keys := strings.Repeat("]", n/2) + strings.Repeat("[", n/2)
	for _, key := range keys {
		before := listTitle.FindString(t.screen())
		took = append(took, t.press(stroke{string(key), func(s string) bool {
			now := listTitle.FindString(s)
			return now != "" && now != before
		}}))
		if took[len(took)-1] == keyLimit {
			return took, fmt.Errorf("the list did not answer %q:\n%s", key, t.screen())
		}
	}
	return took, nil
}
