package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"lenswatch/client/simulator"
)

// build makes the lenswatch that is measured.
func (b *bench) build() error {
	if out, err := exec.CommandContext(b.ctx, "go", "build", "-o", b.bin, "lenswatch").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// world is a simulator in a process of its own.
type world struct {
	cmd  *exec.Cmd
	base string // of the Lens API, with its version
}

// simulate starts a simulator; flags are those of `lenswatch simulate`.
func (b *bench) simulate(flags ...string) (*world, error) {
	w := &world{cmd: exec.CommandContext(b.ctx, b.bin, append([]string{"simulate"}, flags...)...)}
	w.cmd.Stderr = os.Stderr
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if base, ok := strings.CutPrefix(lines.Text(), "export ATAI_API_ENDPOINT="); ok {
			w.base = base
			return w, nil
		}
	}
	w.close()
	return nil, errors.New("the simulator did not print its address")
}

func (w *world) close() { stop(w.cmd) }

// stop ends a process of ours and waits for it.
func stop(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	timer.Stop()
}

// env is the environment in which a client speaks to the simulator.
func (w *world) env() []string {
	return append(os.Environ(), "ATAI_API_ENDPOINT="+w.base, "ATAI_API_KEY="+simulator.DefaultKey)
}

// control calls the simulator's control endpoint and reads its answer into v, if that is not nil.
func (w *world) control(method, path, body string, v any) error {
	root, _, _ := strings.Cut(strings.TrimPrefix(w.base, "http://"), "/")
	req, err := http.NewRequest(method, "http://"+root+"/_sim/"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, bytes.TrimSpace(answer))
	}
	if v == nil {
		return nil
	}
	return json.Unmarshal(answer, v)
}

// create makes sessions that give load events.
func (w *world) create(n int) (ids []string, err error) {
	for range n {
		var s struct {
			ID string `json:"session_id"`
		}
		if err := w.control("POST", "sessions", "{}", &s); err != nil {
			return nil, err
		}
		ids = append(ids, s.ID)
	}
	return ids, nil
}

// state is what the simulator counts of its first session.
type state struct {
	Outputs int64 `json:"num_outputs"`
	Lost    int64 `json:"num_lost"` // over all readers, also those that are gone
	Readers []struct {
		Messages int64 `json:"num_messages"`
	} `json:"readers"`
}

func (w *world) states() ([]state, error) {
	var all struct {
		Sessions []state `json:"sessions"`
	}
	err := w.control("GET", "state", "", &all)
	return all.Sessions, err
}

// usage is what a process has used so far, as the kernel counts it.
type usage struct {
	at       time.Time
	cpu      time.Duration // user and system
	resident int64         // bytes
	peak     int64         // bytes: the most that was resident
	switches int64         // voluntary context switches of all threads: each is a thread that slept and was woken
}

// clockTick is the unit of CPU time in /proc. Linux shows it in hundredths of a second to everyone.
const clockTick = 10 * time.Millisecond

// usageOf reads /proc; it is for Linux.
func usageOf(pid int) (u usage, err error) {
	dir := fmt.Sprintf("/proc/%d/", pid)
	stat, err := os.ReadFile(dir + "stat")
	if err != nil {
		return u, err
	}
	u.at = time.Now()
	// The second field is the name in brackets, and may hold anything.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	for _, i := range []int{11, 12} { // utime and stime, counted from the third field
		n, err := strconv.ParseInt(fields[i], 10, 64)
		if err != nil {
			return u, err
		}
		u.cpu += time.Duration(n) * clockTick
	}
	whole, err := statusFields(dir + "status")
	if err != nil {
		return u, err
	}
	u.resident, u.peak = whole["VmRSS"]<<10, whole["VmHWM"]<<10
	threads, err := os.ReadDir(dir + "task")
	for _, t := range threads {
		one, err := statusFields(dir + "task/" + t.Name() + "/status")
		if err == nil { // else the thread has just ended
			u.switches += one["voluntary_ctxt_switches"]
		}
	}
	return u, err
}

// statusFields reads the numbers of a status file of /proc.
func statusFields(path string) (map[string]int64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if f := strings.Fields(value); len(f) > 0 {
			if n, err := strconv.ParseInt(f[0], 10, 64); err == nil {
				out[name] = n
			}
		}
	}
	return out, nil
}
