package cli

import "testing"

func TestTerminalsWithoutUnicodeGetASCII(t *testing.T) {
	for _, x := range []struct {
		goos string
		env  map[string]string
		want bool
	}{
		{"linux", map[string]string{"TERM": "linux", "LANG": "en_US.UTF-8"}, true},
		{"linux", map[string]string{"TERM": "dumb"}, true},
		{"linux", map[string]string{"TERM": "vt100"}, true},
		{"linux", map[string]string{"TERM": "vt220", "LANG": "C.UTF-8"}, true},
		{"linux", map[string]string{"TERM": "xterm-256color", "LANG": "C"}, true},
		{"linux", map[string]string{"TERM": "xterm-256color", "LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, true},
		{"linux", map[string]string{"TERM": "xterm-256color", "LANG": "de_DE.ISO-8859-1@euro"}, true},
		{"linux", map[string]string{"TERM": "xterm-256color", "LC_ALL": "C.utf8", "LANG": "C"}, false},
		{"linux", map[string]string{"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, false},
		{"linux", map[string]string{"TERM": "xterm-256color"}, false},
		{"darwin", map[string]string{"TERM": "xterm-256color", "LC_CTYPE": "UTF-8"}, false},
		{"windows", map[string]string{}, false},
	} {
		if got := onlyASCII(func(name string) string { return x.env[name] }, x.goos); got != x.want {
			t.Errorf("%s, %v: %v, want %v", x.goos, x.env, got, x.want)
		}
	}
}
