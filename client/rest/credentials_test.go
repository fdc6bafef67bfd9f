package rest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
)

// hidden is the credential of these tests, with characters that spellings change.
const hidden = "lw/Hunter+2&x_7"

func TestCredentialsOfAnySpellingAreMasked(t *testing.T) {
	quoted := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	header := "Authorization: Bearer " + hidden
	object := `{"user":"admin","password":` + quoted(hidden) + `,"n":1}`
	basic := base64.StdEncoding.EncodeToString([]byte("admin:" + hidden))
	for name, text := range map[string]string{
		"header": header, "lower case": strings.ToLower("Authorization: Bearer ") + hidden, "upper case": "AUTHORIZATION:BEARER " + hidden,
		"header in JSON":        `{"authorization":"Bearer ` + hidden + `"}`,
		"header map":            `{"Authorization":["Bearer ` + hidden + `"],"Accept":["*/*"]}`,
		"header of Go":          "map[Authorization:[Bearer " + hidden + "] Accept:[*/*]]",
		"header of Python":      `{'Authorization': 'Bearer ` + hidden + `', 'a': 'b'}`,
		"header in a log":       `{"log":` + quoted("sent "+header+"\r\nAccept: */*") + `}`,
		"header twice quoted":   quoted(quoted(header)),
		"header of a command":   `curl -H '` + header + `' https://host/`,
		"escaped header":        `{"log":"\u0041uthorization: Bearer ` + strings.ReplaceAll(hidden, "+", `\u002b`) + `"}`,
		"percent-encoded":       url.QueryEscape(header),
		"proxy":                 "Proxy-Authorization: Basic " + basic,
		"basic alone":           "sent Basic " + basic + " to the proxy",
		"key header":            "X-API-Key: " + strings.ReplaceAll(hidden, "&", "-"),
		"digest":                `Authorization: Digest username="admin", response="` + hex.EncodeToString([]byte(hidden)) + `", nc=1`,
		"cookie":                "Cookie: sid=" + hidden + "; theme=dark",
		"member":                object,
		"member in a string":    `{"body":` + quoted(object) + `}`,
		"member twice quoted":   `{"body":` + quoted(quoted(object)) + `}`,
		"python":                `{'passwd': '` + hidden + `'}`,
		"query":                 "https://host/p?token=" + url.QueryEscape(hidden) + "&x=1",
		"assignment":            "PASSWORD=" + strings.ReplaceAll(hidden, "&", "-"),
		"camera":                "rtsp://admin:" + url.PathEscape(hidden) + "@10.0.0.7/1",
		"camera, not encoded":   "open rtsp://admin:" + hidden + "@10.0.0.7:554/1 failed",
		"camera, @ in password": "rtsp://admin:a@" + hidden + "@10.0.0.7/1",
		"camera, escaped":       `{"url":"rtsp:\/\/admin:` + strings.ReplaceAll(hidden, "/", `\/`) + `@10.0.0.7\/1"}`,
		"camera in a query":     "?src=" + url.QueryEscape("rtsp://admin:"+hidden+"@10.0.0.7/1"),
		"other URL":             "https://admin:" + hidden + "@host/x",
		"AWS":                   "aws_secret_access_key=" + strings.ReplaceAll(hidden, "&", "-"),
		"AWS in JSON":           `{"aws_secret_access_key":` + quoted(hidden) + `}`,
		"pass":                  `{"RTSP_PASS":` + quoted(hidden) + `}`,
		"JSON Web Token":        "sent eyJhbGciOiJIUzI1NiJ9.Hunterzzzzzz.Hunterzzzz to it",
		"GitHub":                "with ghp_Hunter0123456789abcdef",
		"camera, with a space":  "rtsp://admin:Sec Hunter@cam.local/s",
		"camera, in the path":   "rtsp://cam.local/user=admin_password=Hunter_channel=1",
		"digest alone":          `Digest username="admin", realm="cam", nonce="1", response="` + hex.EncodeToString([]byte("Hunter2Hunter2Hunter2")) + `"`,
		"response alone":        `response=` + strings.ToUpper(hex.EncodeToString([]byte("Hunter2Hunter2Hunter2"))),
		"response in JSON":      `{"log":` + quoted(`response="`+hex.EncodeToString([]byte("Hunter2Hunter2Hunter2"))+`", uri="/1"`) + `}`,
		"password, no sign":     "login with password Hunter failed",
		"password, quoted":      `the password "Hunter" is wrong`,
		"password, said":        "the password is Hunter.",
		"password in JSON":      `{"message":` + quoted(`passwd "Hunter", n`) + `,"b":1}`,
		"pass, no sign":         "camera says pass Hunter2 is wrong",
		"user and pass":         "user admin pass Hunter",
		"user: and pass":        "login: admin, pass Hunter",
		"password, encoded":     "?m=password%20Hunter%20failed",
		"key":                   "the key " + hidden + " is not known",
		"key in base64":         basic,
	} {
		keys := []Secret{}
		if strings.HasPrefix(name, "key") {
			keys = append(keys, NewSecret(hidden))
		}
		got := string(MaskCredentials([]byte(text), keys...))
		for _, part := range []string{hidden, "Hunter", base64.StdEncoding.EncodeToString([]byte("xx" + hidden))[4:12], basic[8:16], hex.EncodeToString([]byte("Hunter"))} {
			if strings.Contains(got, part) {
				t.Errorf("%s: %q remains of %s: %s", name, part, text, got)
			}
		}
		if again := string(MaskCredentials([]byte(got), keys...)); again != got {
			t.Errorf("%s: masked again, %s became %s", name, got, again)
		}
		if json.Valid([]byte(text)) && !json.Valid([]byte(got)) {
			t.Errorf("%s: %s is no JSON any more: %s", name, text, got)
		}
	}
}

// What goes by no such name is not masked, and JSON stays JSON where a credential is no string.
func TestMaskCredentialsKeepsTheRest(t *testing.T) {
	for in, want := range map[string]string{
		`{"tokens":128,"max_tokens":5,"text":"a basic understanding"}`:   `{"tokens":128,"max_tokens":5,"text":"a basic understanding"}`,
		`https://host:8080/a/b@2x.png and x@y`:                           `https://host:8080/a/b@2x.png and x@y`,
		`{"password":123456,"n":1}`:                                      `{"password":"[redacted]","n":1}`,
		`{"b":"{\"password\":123456,\"n\":1}"}`:                          `{"b":"{\"password\":\"[redacted]\",\"n\":1}"}`,
		`{"password":null,"token":{"n":1}}`:                              `{"password":null,"token":{"n":1}}`,
		"Password is wrong; the password and the pass rate, pass 3 of 5": "Password is wrong; the password and the pass rate, pass 3 of 5",
		`{"my pass ":1,"password ":"x","pass" :"y"}`:                     `{"my pass ":1,"password ":"x","pass" :"[redacted]"}`,
		`{"response":"a pump","uid":"0123456789abcdef0123456789abcdef"}`: `{"response":"a pump","uid":"0123456789abcdef0123456789abcdef"}`,
		`{"password":"a","n":1}`:                                         `{"password":"[redacted]","n":1}`,
	} {
		if got := string(MaskCredentials([]byte(in))); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestMaskCredentialsTakesLinearTime(t *testing.T) {
	for _, unit := range []string{"authorization:", `password="`, "password='", "rtsp://a@", "://", "bearer ", `\"token\":`, "basic QTpi ", "user a pass ", "pass b1 ", "user:", "response="} {
		took := func(n int) time.Duration { // the least of some, as others use the machine too
			text, least := []byte(strings.Repeat(unit, n)), time.Hour
			for range 5 {
				start := time.Now()
				MaskCredentials(text)
				least = min(least, time.Since(start))
			}
			return least
		}
		small, large := took(300), took(3000)
		if large > 60*small+200*time.Millisecond {
			t.Errorf("%q: %v for ten times of what took %v", unit, large, small)
		}
	}
}

func FuzzMaskCredentials(f *testing.F) {
	for _, s := range []string{`{"password":"a\"b"}`, `Authorization: Digest a="b", c=d`, `rtsp://a:b@c`, `{"token":[1]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := MaskCredentials([]byte(in))
		if json.Valid([]byte(in)) && !json.Valid(out) {
			t.Errorf("%q is no JSON any more: %q", in, out)
		}
	})
}
