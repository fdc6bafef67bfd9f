package rest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"time"
)

// each spells every character of a text in the same way.
func each(text, format string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// spellings are the ways in which a service, or what stands before it, may write a key.
func spellings(key string) map[string]string {
	quoted, _ := json.Marshal(key)
	slashed := strings.ReplaceAll(strings.Trim(string(quoted), `"`), "/", `\/`)
	out := map[string]string{
		"plain":                     key,
		"JSON with slashes":         slashed,
		"JSON, first character":     each(key[:1], `\u%04x`) + key[1:],
		"JSON, last character":      key[:len(key)-1] + each(key[len(key)-1:], `\u%04X`),
		"JSON, all":                 each(key, `\u%04x`),
		"JSON, all, upper":          each(key, `\u%04X`),
		"hexadecimal escapes":       each(key, `\x%02x`),
		"percent, as needed":        url.QueryEscape(key),
		"percent, path":             url.PathEscape(key),
		"percent, all, upper":       each(key, "%%%02X"),
		"percent, all, lower":       each(key, "%%%02x"),
		"percent, twice":            each(each(key, "%%%02X"), "%%%02x"),
		"HTML, as needed":           html.EscapeString(key),
		"HTML, decimal":             each(key, "&#%d;"),
		"HTML, decimal, no end":     each(key, "&#%03d"),
		"HTML, hexadecimal":         each(key, "&#x%x;"),
		"HTML, hexadecimal, zeros":  each(key, "&#X%06X;"),
		"HTML, names":               strings.NewReplacer("/", "&sol;", "+", "&plus;", "=", "&equals;", "_", "&lowbar;").Replace(key),
		"percent in JSON":           each(each(key, "%%%02X"), `\u%04x`),
		"HTML in percent":           each(each(key, "&#%d;"), "%%%02x"),
		"hexadecimal":               hex.EncodeToString([]byte(key)),
		"hexadecimal, upper":        strings.ToUpper(hex.EncodeToString([]byte(key))),
		"base64 in percent":         url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(key))),
		"base64 in JSON":            each(base64.StdEncoding.EncodeToString([]byte(key)), `\u%04x`),
		"base64 of an HTTP header":  base64.StdEncoding.EncodeToString([]byte("Authorization: Bearer " + key + "\r\nHost: x")),
		"base64 of a user and key":  base64.StdEncoding.EncodeToString([]byte("user:" + key)),
		"base64 of a key and colon": base64.StdEncoding.EncodeToString([]byte(key + ":")),
	}
	for depth := range 4 { // JSON in a string of JSON
		in, _ := json.Marshal(out["JSON with slashes"])
		if depth > 0 {
			in, _ = json.Marshal(out[fmt.Sprint("quoted JSON ", depth)])
		}
		out[fmt.Sprint("quoted JSON ", depth+1)] = strings.Trim(string(in), `"`)
	}
	for name, e := range map[string]*base64.Encoding{"std": base64.StdEncoding, "raw std": base64.RawStdEncoding, "url": base64.URLEncoding, "raw url": base64.RawURLEncoding} {
		out["base64 "+name] = e.EncodeToString([]byte(key))
		for place := range 4 {
			out[fmt.Sprint("base64 ", name, " in more, ", place)] = e.EncodeToString([]byte("<~~~"[:place] + key + "~>"))
		}
	}
	return out
}

// reads undoes every spelling, again and again, as a reader with the right tools would.
func reads(text, key string) bool {
	seen := []string{text}
	for range 10 {
		var next []string
		for _, s := range seen {
			if strings.Contains(s, key) {
				return true
			}
			if plain, ok := undo([]byte(s), unit); ok {
				next = append(next, string(plain))
			}
			for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r > 0x7f || !isBase64(byte(r)) }) {
				for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
					if b, err := e.DecodeString(word); err == nil && len(b) >= len(key) {
						next = append(next, string(b))
					}
				}
				if b, err := hex.DecodeString(word); err == nil && len(b) >= len(key) {
					next = append(next, string(b))
				}
			}
		}
		seen = next
	}
	return false
}

// odd is a key that holds spellings itself, which the test's reader would undo too.
const odd = `q"uo\te'<&>%2F;x`

var spelledKeys = []string{"lw-0123456789/abc+def=_~xyz", "ah_live_Zm9vYmFyYmF6cXV4", "abcdefgh", odd, "k-3141592653589793/2"}

func TestKeyInEverySpelling(t *testing.T) {
	for _, key := range spelledKeys {
		secret := NewSecret(key)
		for name, spelt := range spellings(key) {
			if key != odd && !reads(spelt, key) {
				t.Fatalf("%s: the test cannot read %s", name, spelt)
			}
			for _, frame := range []string{"%s", `{"type":"x","text":"before %s after","n":1}`, "<p>%s</p>", "https://host/?q=%s&r=1", "%%4 & \\ &amp; \\n\\u00e9 %s \\u00e9"} {
				if strings.HasPrefix(frame, "{") && !json.Valid([]byte(fmt.Sprintf(frame, spelt))) {
					continue
				}
				text := fmt.Sprintf(frame, spelt)
				got := string(secret.MaskPayload([]byte(text)))
				if reads(got, key) || !strings.Contains(got, redacted) {
					t.Errorf("%s of %s: %s became %s", name, key, text, got)
				}
				if strings.HasPrefix(frame, "{") && !json.Valid([]byte(got)) {
					t.Errorf("%s of %s: %s is no JSON", name, key, got)
				}
				if begin, end, _ := strings.Cut(frame, "%s"); !strings.HasPrefix(got, strings.ReplaceAll(begin, "%%", "%")) || !strings.HasSuffix(got, end) {
					t.Errorf("%s of %s: more than the key is gone of %s: %s", name, key, text, got)
				}
				if masked := secret.Mask(text); masked != got {
					t.Errorf("%s: Mask gives %s", name, masked)
				}
			}
		}
	}
}

func TestEchoedKeyOfAnotherNameSpelling(t *testing.T) {
	for in, want := range map[string]string{
		`{"\u0061pi_key":"oth\"er"}`:                             `{"\u0061pi_key":"[redacted]"}`,
		`{"\u0061\u0070i_k\u0065y" : "other","b":1}`:             `{"\u0061\u0070i_k\u0065y" : "[redacted]","b":1}`,
		`{"a":"{\"\\u0061pi_key\":\"other\\\"x\",\"c\":1}"}`:     `{"a":"{\"\\u0061pi_key\":\"[redacted]\",\"c\":1}"}`,
		`{"a":"rtsp://admin:pa55@10.0.0.1/x","b":"a@b"}`:         `{"a":"rtsp://[redacted]@10.0.0.1/x","b":"a@b"}`,
		`{"a":"rtsp:\/\/admin:p%40@10.0.0.1\/x?mail=a@b"}`:       `{"a":"rtsp:\/\/[redacted]@10.0.0.1\/x?mail=a@b"}`,
		`{"a":"https://host/a@b?c=d@e https://host:1"}`:          `{"a":"https://host/a@b?c=d@e https://host:1"}`,
		`{"a":"50%25 of R&amp;D, \u00e9, C:\\temp, \"x\", \/"}`:  `{"a":"50%25 of R&amp;D, \u00e9, C:\\temp, \"x\", \/"}`,
		`{"key":"c2VjcmV0IHRoYXQgaXMgbm9uZQ==","b":"%41%42%43"}`: `{"key":"c2VjcmV0IHRoYXQgaXMgbm9uZQ==","b":"%41%42%43"}`,
	} {
		if got := string(NewSecret(testKey).MaskPayload([]byte(in))); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestKeyAtTheEndOfACutText(t *testing.T) {
	secret := NewSecret(testKey)
	for n := minMask; n <= len(testKey); n++ {
		if got := secret.MaskCut("so " + testKey[:n]); got != "so "+redacted {
			t.Errorf("%d bytes of the key: %s", n, got)
		}
	}
	if got := secret.MaskCut("nothing of it"); got != "nothing of it" {
		t.Error(got)
	}
}

func TestURLs(t *testing.T) {
	for in, want := range map[string]string{
		"https://host:1/v1":                       "https://host:1/v1",
		"https://user:pw@host/v1":                 "https://[redacted]@host/v1",
		"https://token@host":                      "https://[redacted]@host",
		"https://u:p/w@host/v1":                   "https://[redacted]@host/v1",
		"https://u:p?w#x@host/v1?a=b":             "https://[redacted]@host/v1?a=[redacted]",
		"https://u:p@w@host":                      "https://[redacted]@host",
		"https://host/?api_key=a&b=c&d#token=e":   "https://host/?api_key=[redacted]&b=[redacted]&[redacted]#[redacted]",
		"https://host/?mail=a@b":                  "https://host/?mail=[redacted]",
		"https://[::1]:80/?a=b":                   "https://[::1]:80/?a=[redacted]",
		`parse "http://u:p w@host/": bad`:         `parse "http://[redacted]@host/": bad`,
		`Get "https://h/?k=v": dial https://h?x=`: `Get "https://h/?k=[redacted]": dial https://h?x=[redacted]`,
		"http://u:p w@host":                       "http://[redacted]@host",
		"no address at all, a@b":                  "no address at all, a@b",
	} {
		if got := MaskURLs(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"user:pw@host": "[redacted]@host", "host?key=a": "host?key=[redacted]", "": "", "https://u:p@h": "https://[redacted]@h"} {
		if got := MaskURL(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

// Time linear in the text, whatever it holds: were it quadratic, 256 KiB of one of these would take many minutes.
func TestRedactionIsLinear(t *testing.T) {
	secret := NewSecret("aaaaaaaaaaaaaaaaaaaaaaaab")
	for _, part := range []string{
		`\`, `\\`, `\u005c`, "%25", "%", "&", "&amp;", "&#38;", "://", "://@", "x@://", `"api_key`, `"api_key":"`, `"api_key":"\`,
		"a", "YWFh", `\u0061`, "%61", "&#97;", `_key\"`, `"api_key\\\\`, `\\\u0061`, "aaaaaaaaaaaaaaaaaaaaaaaab", `\/`,
	} {
		began := time.Now()
		secret.MaskPayload([]byte(strings.Repeat(part, 1<<18/len(part))))
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%q: %v", part, took)
		}
	}
}

// A host is preceded by a user name and a password without a scheme too, as in what cameras' tools print.
func TestPasswordsWithoutASchemeAreMasked(t *testing.T) {
	for text, want := range map[string]string{
		`cannot open admin:hunter2@192.0.2.1:554/gate`:        `cannot open [redacted]@192.0.2.1:554/gate`,
		`{"url":"admin:hun%24ter2@cam.example.com"}`:          `{"url":"[redacted]@cam.example.com"}`,
		`{"url":"admin:hunter2\u0040cam:554"}`:                `{"url":"[redacted]\u0040cam:554"}`,
		`a:b@localhost and root:hun/ter2@10.0.0.1`:            `[redacted]@localhost and [redacted]@10.0.0.1`,
		`mailto:joe@example.com`:                              `mailto:joe@example.com`,
		`joe@example.com at 12:30@gate`:                       `joe@example.com at 12:30@gate`,
		`https://medium.com/@someone.else see x:12@y`:         `https://medium.com/@someone.else see x:12@y`,
		`rtsp://192.0.2.1/user=admin_password=hunter2_ch=1 x`: `rtsp://192.0.2.1/user=admin_password=[redacted] x`,
		`rtsp://admin:hun/ter2@c@10.0.0.5/x`:                  `rtsp://[redacted]@10.0.0.5/x`,
		`open rtsp://admin:ZZ#hunter2@cam failed`:             `open rtsp://[redacted]@cam failed`,
		`{"u":"rtsp://admin:1?hunter2@cam.local"}`:            `{"u":"rtsp://[redacted]@cam.local"}`,
		`rtsp://admin:12/hunter2@10.0.0.5/x`:                  `rtsp://[redacted]@10.0.0.5/x`,
		`rtsp://10.0.0.5:554/stream@1 and x@y`:                `rtsp://10.0.0.5:554/stream@1 and x@y`,
	} {
		if got := NewSecret("unrelated-key").Mask(text); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
	if got := MaskURLs("at rtsp://192.0.2.1/user=admin&password=hunter2&channel=1"); strings.Contains(got, "hunter2") {
		t.Error(got)
	}
}
