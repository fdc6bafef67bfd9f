// Package packages has no code: its test builds the packages that .goreleaser.yaml describes, with nfpm, which goreleaser
// uses too. It is a module of its own, because nfpm needs more than lenswatch does.
package packages

import (
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/apk"
	_ "github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm"
	yaml "go.yaml.in/yaml/v2"
)

const root = "../.."

// described is the part of .goreleaser.yaml that is about packages.
type described struct {
	Packages []struct {
		Name        string `yaml:"package_name"`
		Formats     []string
		Maintainer  string
		Description string
		Section     string
		License     string
		Bindir      string
		Contents    []struct{ Src, Dst string }
	} `yaml:"nfpms"`
}

// command runs a program at the root of the project and returns what it prints.
func command(t *testing.T, env []string, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), env...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, errs.Bytes())
	}
	return out
}

// contents makes the files that are made before a release, below dir, and lists where everything goes.
func contents(t *testing.T, dir string, d *described) files.Contents {
	t.Helper()
	p := &d.Packages[0]
	bin := filepath.Join(dir, "lenswatch")
	command(t, []string{"CGO_ENABLED=0", "GOWORK=off"}, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, ".")
	all := files.Contents{{Source: bin, Destination: p.Bindir + "/lenswatch", FileInfo: &files.ContentFileInfo{Mode: 0o755}}}
	generated := map[string]func() []byte{
		"build/extra/lenswatch.1.gz": func() []byte {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write(command(t, nil, bin, "man"))
			_ = z.Close()
			return b.Bytes()
		},
		"build/extra/completions/lenswatch.bash": func() []byte { return command(t, nil, bin, "completion", "bash") },
		"build/extra/completions/_lenswatch":     func() []byte { return command(t, nil, bin, "completion", "zsh") },
		"build/extra/completions/lenswatch.fish": func() []byte { return command(t, nil, bin, "completion", "fish") },
		"build/extra/THIRD_PARTY_NOTICES.md":     func() []byte { return command(t, []string{"GOWORK=off"}, "go", "run", "./docs/notices") },
	}
	for _, c := range p.Contents {
		src := filepath.Join(root, c.Src)
		if make, ok := generated[c.Src]; ok {
			src = filepath.Join(dir, filepath.Base(c.Src))
			if err := os.WriteFile(src, make(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, &files.Content{Source: src, Destination: c.Dst, FileInfo: &files.ContentFileInfo{Mode: 0o644}})
	}
	return all
}

// build makes a package of a format.
func build(t *testing.T, d *described, format string, all files.Contents, file string) {
	t.Helper()
	p := &d.Packages[0]
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: p.Name, Arch: runtime.GOARCH, Platform: "linux", Version: "1.2.3", Section: p.Section, License: p.License,
		Maintainer:  strings.ReplaceAll(p.Maintainer, "{{ .Env.LENSWATCH_OWNER }}", "OWNER"),
		Description: p.Description,
		Overridables: nfpm.Overridables{
			Contents: all,
		},
	})
	if err := nfpm.PrepareForPackager(info, format); err != nil {
		t.Fatal(err)
	}
	packager, err := nfpm.Get(format)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := packager.Package(info, out); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// Every package that a release makes can be made; the deb is installed, runs, and leaves nothing behind.
func TestPackages(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the packages are for Linux")
	}
	text, err := os.ReadFile(root + "/.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var d described
	if err := yaml.Unmarshal(text, &d); err != nil || len(d.Packages) != 1 {
		t.Fatalf("%d packages, %v", len(d.Packages), err)
	}
	dir := t.TempDir()
	all := contents(t, dir, &d)
	for _, format := range d.Packages[0].Formats {
		build(t, &d, format, all, filepath.Join(dir, "lenswatch."+format))
	}
	dpkg, err := exec.LookPath("dpkg")
	if err != nil {
		t.Skip("dpkg is not installed: the packages were built, not installed")
	}
	installed, at := filepath.Join(dir, "root"), func(p string) string { return filepath.Join(dir, "root", p) }
	if err := os.MkdirAll(at("var/lib/dpkg/updates"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"status", "available"} {
		if err := os.WriteFile(at("var/lib/dpkg/"+f), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(at("var/lib/dpkg/info"), 0o755); err != nil {
		t.Fatal(err)
	}
	flags := []string{"--root=" + installed, "--force-not-root", "--log=" + filepath.Join(dir, "log")}
	command(t, nil, dpkg, append(flags, "--install", filepath.Join(dir, "lenswatch.deb"))...)
	if out := command(t, nil, at("usr/bin/lenswatch"), "version", "-o", "json"); !bytes.Contains(out, []byte(`"os":"linux"`)) {
		t.Errorf("%s", out)
	}
	for _, want := range d.Packages[0].Contents {
		if _, err := os.Stat(at(want.Dst)); err != nil {
			t.Error(err)
		}
	}
	if man, err := exec.LookPath("man"); err == nil {
		if out := command(t, nil, man, "-l", at("usr/share/man/man1/lenswatch.1.gz")); !bytes.Contains(out, []byte("EXIT STATUS")) {
			t.Errorf("%s", out)
		}
	}
	command(t, nil, dpkg, append(flags, "--purge", "lenswatch")...)
	_ = filepath.WalkDir(at("usr"), func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			t.Errorf("%s was left behind", path)
		}
		return nil
	})
}
