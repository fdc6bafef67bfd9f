package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/dustin/go-humanize"
)

// The groups of paths, for HTTP faults.
const (
	groupConsumer = "consumer" // the SSE consumer
	groupCreate   = "create"
	groupDestroy  = "destroy"
	groupFiles    = "files"    // the Files API
	groupHuman    = "human"    // AgentHuman, all of it
	groupLens     = "lens"     // /lens/metadata, /lens/info and the changes of lenses
	groupProcess  = "process"  // /lens/sessions/events/process
	groupSessions = "sessions" // /lens/sessions/metadata and /lens/sessions/info
	groupSocket   = "socket"   // the upgrade to a session's WebSocket
)

var groupNames = []string{
	groupConsumer, groupCreate, groupDestroy, groupFiles, groupHuman, groupLens, groupProcess, groupSessions, groupSocket,
}

func noArg(arg string) (param, error) {
	if arg != "" {
		return param{}, fmt.Errorf("it takes no argument")
	}
	return param{}, nil
}

func countArg(d int) func(string) (param, error) {
	return func(arg string) (param, error) {
		if arg == "" {
			return param{n: d}, nil
		}
		n, err := strconv.Atoi(arg)
		if err != nil || n < 0 || n == 0 && d != 0 {
			return param{}, fmt.Errorf("%q is no number of events", arg)
		}
		return param{n: n}, nil
	}
}

func onceArg(arg string) (param, error) {
	if arg == "" || arg == "once" {
		return param{once: true}, nil
	}
	return countArg(0)(arg)
}

func textArg(d string) func(string) (param, error) {
	return func(arg string) (param, error) {
		if strings.ContainsAny(arg, "\r\n") {
			return param{}, fmt.Errorf("it has to fit on one line")
		}
		return param{text: cmp.Or(arg, d)}, nil
	}
}

func durationArg(d time.Duration) func(string) (param, error) {
	return func(arg string) (param, error) {
		if arg == "" {
			return param{d: d}, nil
		}
		got, err := duration(arg)
		return param{d: got}, err
	}
}

// duration reads 90s and the like, and a bare number as seconds.
func duration(arg string) (time.Duration, error) {
	if n, err := strconv.ParseFloat(arg, 64); err == nil && n >= 0 && n < 1e9 {
		return time.Duration(n * float64(time.Second)), nil
	}
	d, err := time.ParseDuration(arg)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no duration such as 90s", arg)
	}
	return d, nil
}

func lateArg(arg string) (param, error) {
	first, rest, more := strings.Cut(arg, ",")
	p, err := durationArg(defaultLateResult)(first)
	if err != nil {
		return p, err
	}
	if more && rest != "silent" {
		return p, fmt.Errorf("%q is not silent", rest)
	}
	p.silent = more
	return p, nil
}

func groupArg(arg string) (param, error) {
	if arg != "" && !slices.Contains(groupNames, arg) {
		return param{}, fmt.Errorf("there is no group %q of paths; there are %s", arg, strings.Join(groupNames, ", "))
	}
	return param{group: arg}, nil
}

func slowArg(arg string) (param, error) {
	first, group, _ := strings.Cut(arg, ",")
	if slices.Contains(groupNames, first) {
		first, group = "", first
	}
	p, err := durationArg(defaultSlow)(first)
	if err != nil {
		return p, err
	}
	inGroup, err := groupArg(group)
	p.group = inGroup.group
	return p, err
}

func rateLimitArg(arg string) (param, error) {
	first, group, more := strings.Cut(arg, ",")
	if !more && slices.Contains(groupNames, first) {
		first, group = "", first
	}
	p, err := groupArg(group)
	if err != nil {
		return p, err
	}
	p.n = defaultRetryAfter
	if first != "" {
		d, err := duration(first)
		if err != nil {
			return p, err
		}
		p.n = int(d / time.Second)
	}
	return p, nil
}

func sizeArg(arg string) (param, error) {
	first, rest, more := strings.Cut(arg, ",")
	p := param{size: defaultBigSize, n: defaultBigEvery}
	if first != "" {
		size, err := parseSize(first)
		if err != nil {
			return p, err
		}
		p.size = size
	}
	if more {
		count, err := countArg(defaultBigEvery)(rest)
		if err != nil {
			return p, err
		}
		p.n = count.n
	}
	return p, nil
}

// parseSize reads a number of bytes with an optional unit such as KiB or MiB.
func parseSize(s string) (int, error) {
	n, err := humanize.ParseBytes(s)
	if err != nil || n < 1 || n > maxBigSize {
		return 0, fmt.Errorf("%q is no size such as 1MiB, of at most %d MiB", s, maxBigSize>>20)
	}
	return int(n), nil
}

// nearest lists the names of faults that look most like name, all of them if none does.
func nearest(name string) []string {
	best, near := max(2, len(name)/2), []string(nil)
	for _, k := range faultKinds {
		d := levenshtein.ComputeDistance(name, k.Name)
		if name != "" && (strings.Contains(k.Name, name) || strings.HasPrefix(name, k.Name)) {
			d = 0
		}
		switch {
		case d < best:
			best, near = d, []string{k.Name}
		case d == best:
			near = append(near, k.Name)
		}
	}
	if len(near) == 0 {
		for _, k := range faultKinds {
			near = append(near, k.Name)
		}
	}
	return near
}
