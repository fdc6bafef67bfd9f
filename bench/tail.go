package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"lenswatch/client/simulator"
)

// pipeline runs commands, each reading what the one before writes, and counts what marks an event in
// the output of the last, in events a second.
func (b *bench) pipeline(mark string, env []string, commands ...[]string) (float64, error) {
	var cmds []*exec.Cmd
	var out io.ReadCloser
	defer func() {
		for _, c := range cmds {
			stop(c)
		}
	}()
	for _, words := range commands {
		c := exec.CommandContext(b.ctx, words[0], words[1:]...)
		c.Env = env
		if out != nil {
			c.Stdin = out
		}
		next, err := c.StdoutPipe()
		if err != nil {
			return 0, err
		}
		if err := c.Start(); err != nil {
			return 0, err
		}
		if out != nil {
			_ = out.Close() // the child has it now, and is to see its end
		}
		cmds, out = append(cmds, c), next
	}
	var events atomic.Int64
	ended := make(chan error, 1)
	go func() { ended <- countMarks(out, mark, &events) }()
	if err := await(settle, ended); err != nil {
		return 0, err
	}
	before, start := events.Load(), time.Now()
	if err := await(b.during(3*time.Second), ended); err != nil {
		return 0, err
	}
	rate := float64(events.Load()-before) / time.Since(start).Seconds()
	if rate == 0 {
		return 0, errors.New(commands[0][0] + " gave no events")
	}
	return rate, nil
}

// countMarks counts a mark in a stream until that ends. A mark that a read cuts in two is not counted:
// one in thousands.
func countMarks(r io.Reader, mark string, count *atomic.Int64) error {
	buf := make([]byte, 256<<10)
	for {
		n, err := r.Read(buf)
		count.Add(int64(bytes.Count(buf[:n], []byte(mark))))
		if err != nil {
			return err
		}
	}
}

// tailRow compares tail with what people type today.
func tailRow(b *bench) ([]finding, error) {
	if !b.peers.has("curl", "jq", "sed") {
		return nil, errors.New("curl, jq and sed are needed")
	}
	w, id, err := b.flood(200)
	if err != nil {
		return nil, err
	}
	defer w.close()
	config := filepath.Join(b.dir, "curlrc") // no key stands in an argument
	text := "silent\nno-buffer\nurl = \"" + streamURL(w.base, id) + "\"\nheader = \"Authorization: Bearer " + simulator.DefaultKey + "\"\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	curl := []string{"curl", "-K", config}
	tail := func(output string) func() (float64, error) {
		return func() (float64, error) {
			return b.pipeline("\n", w.env(), []string{b.bin, "tail", id, "-o", output})
		}
	}
	rates, err := turns(
		tail("json"),
		func() (float64, error) {
			return b.pipeline("\n", w.env(), curl, []string{"sed", "-n", "s/^data: //p"}, []string{"jq", "-c", "."})
		},
		tail("raw"),
		func() (float64, error) { return b.pipeline("\ndata: ", w.env(), curl) },
	)
	if err != nil {
		return nil, err
	}
	against := func(i, j int) string {
		return spread("events/s", rates[i]) + " against " + spread("events/s", rates[j])
	}
	return []finding{
		{what: "tail -o json, times `curl -N \\| sed \\| jq -c`", value: ratio(rates[0], rates[1]), limit: 2, bound: atLeast, detail: against(0, 1)},
		{what: "tail -o raw, times bare `curl -N`", value: ratio(rates[2], rates[3]), limit: 0.5, bound: atLeast, detail: against(2, 3)},
	}, nil
}
