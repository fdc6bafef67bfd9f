package main

import (
	"context"
	"os/exec"
	"runtime/debug"
	"strings"
)

// peers are the programs and modules that lenswatch is compared with.
type peers struct {
	version map[string]string // of those that are there
	missing []string
}

// peerModules are linked into this command; peerPrograms are run if they are installed.
var (
	peerModules  = []string{"github.com/launchdarkly/eventsource", "github.com/tmaxmax/go-sse"}
	peerPrograms = []string{"curl", "jq", "sed", "lnav"}
)

func findPeers(ctx context.Context) peers {
	p := peers{version: map[string]string{}}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			for _, name := range peerModules {
				if m.Path == name {
					p.version[name] = m.Version
				}
			}
		}
	}
	for _, name := range peerPrograms {
		out, err := exec.CommandContext(ctx, name, "--version").Output()
		if err != nil {
			p.missing = append(p.missing, name)
			continue
		}
		first, _, _ := strings.Cut(string(out), "\n")
		if f := strings.Fields(first); name == "curl" && len(f) > 1 {
			first = f[0] + " " + f[1]
		}
		p.version[name] = strings.TrimPrefix(strings.TrimSpace(first), name+" ")
	}
	return p
}

// has reports whether all of the programs are installed.
func (p peers) has(names ...string) bool {
	for _, n := range names {
		if p.version[n] == "" {
			return false
		}
	}
	return true
}

func (p peers) markdown() string {
	var run []string
	for _, name := range append(append([]string{}, peerModules...), peerPrograms...) {
		if v := p.version[name]; v != "" {
			run = append(run, name+" "+v)
		}
	}
	out := "- installed peers: " + strings.Join(run, ", ") + "\n"
	if len(p.missing) > 0 {
		out += "- peers not installed: " + strings.Join(p.missing, ", ") + "\n"
	}
	return out
}
