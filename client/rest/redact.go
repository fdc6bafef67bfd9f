package rest

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// minMask is the length, in bytes, from which a key is looked for in what the service says. A
// shorter key would match ordinary words.
const minMask = 6

// maxLayers is how many spellings on top of each other are undone: JSON in a string of JSON in a
// percent-encoded text has three. Text that is spelt more often than that is nothing a person reads.
const maxLayers = 8

// traces are the texts by which a secret is found: the secret itself, what base64 makes of it
// at each of the three places that it can have in a longer text, and hexadecimal digits. Its other
// spellings (escapes of JSON, percent encoding, entities of HTML) are undone before.
type traces []trace

type trace struct {
	text          []byte
	before, after int // characters on each side that hold a part of the secret too
	base64        bool
}

func tracesOf(secret string) (out traces) {
	if len(secret) < minMask {
		return nil
	}
	add := func(t trace) {
		if len(t.text) >= minMask && !slices.ContainsFunc(out, func(o trace) bool { return bytes.Equal(o.text, t.text) }) {
			out = append(out, t)
		}
	}
	// Of a secret that holds a spelling itself, such as %2F, undoing the text's undoes that too.
	for plain, ok := []byte(secret), true; ok; plain, ok = undo(plain, unit) {
		add(trace{text: plain})
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for place := range 3 {
			// Characters that hold bits of the neighbours as well differ from text to text.
			text := encoding.EncodeToString(append(make([]byte, place), secret...))
			t := trace{base64: true, before: min(place, 1)}
			if (place+len(secret))%3 != 0 {
				t.after = 1
			}
			t.text = []byte(text[(8*place+5)/6 : len(text)-t.after])
			add(t)
		}
	}
	add(trace{text: []byte(hex.EncodeToString([]byte(secret)))})
	add(trace{text: []byte(strings.ToUpper(hex.EncodeToString([]byte(secret))))})
	return out
}

// span is a part of a text. What takes its place stands between quotes, if it has one.
type span struct {
	from, to int
	quote    string
}

// redact replaces the secrets whose traces are given in a text from outside, whatever their spelling,
// the value of each api_key, and what stands before the @ of a URL. It takes time linear in the
// text's length. The text is returned as it is, without a copy, if it holds none.
func redact(text []byte, secrets traces) []byte {
	return cutOut(text, spansOf(text, secrets, userinfo))
}

// finder adds the parts of a text that are to be redacted.
type finder func(text []byte, found []span) []span

// spansOf finds what is to be redacted: the secrets, the values of api_key, and what the finder finds. The
// spelling is undone layer by layer; what is found in a layer is followed back to the text.
func spansOf(text []byte, secrets traces, find finder) []span {
	found := secrets.find(text, nil)
	found = find(text, found)
	found = echoed(text, found)
	if plain, ok := undo(text, nameUnit); ok {
		found = append(found, back(text, echoed(plain, nil), nameUnit)...)
	}
	layers := [][]byte{text}
	for range maxLayers {
		next, ok := undo(layers[len(layers)-1], unit)
		if !ok {
			break
		}
		spans := find(next, secrets.find(next, nil))
		for i := len(layers) - 1; i >= 0 && len(spans) > 0; i-- {
			spans = back(layers[i], spans, unit)
		}
		found = append(found, spans...)
		layers = append(layers, next)
	}
	return found
}

// find adds where the secrets stand in a text.
func (s traces) find(text []byte, found []span) []span {
	for _, t := range s {
		for from := 0; ; {
			i := bytes.Index(text[from:], t.text)
			if i < 0 {
				break
			}
			at := span{from: from + i, to: from + i + len(t.text)}
			from = at.to
			if t.base64 {
				at = t.widen(text, at)
			}
			found = append(found, at)
		}
	}
	return found
}

// widen takes in the characters of base64 that hold a part of the secret, and padding.
func (t trace) widen(text []byte, at span) span {
	for range t.before {
		if at.from > 0 && isBase64(text[at.from-1]) {
			at.from--
		}
	}
	for range t.after {
		if at.to < len(text) && isBase64(text[at.to]) {
			at.to++
		}
	}
	for at.to < len(text) && text[at.to] == '=' {
		at.to++
	}
	return at
}

func isBase64(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '+' || c == '/' || c == '-' || c == '_'
}

// findCut adds what stands at the end of a text that was cut: the beginning of a secret.
func (s traces) findCut(text []byte, found []span) []span {
	for _, t := range s {
		for n := min(len(t.text)-1, len(text)); n >= minMask; n-- {
			if bytes.HasSuffix(text, t.text[:n]) {
				found = append(found, span{from: len(text) - n, to: len(text)})
				break
			}
		}
	}
	return found
}

var schemeEnd = []byte("://")

// userinfo adds the user names and passwords of URLs in a text, and of hosts that are written as in one.
func userinfo(text []byte, found []span) []span {
	found = bareUserinfo(text, found)
	for from := 0; ; {
		i := bytes.Index(text[from:], schemeEnd)
		if i < 0 {
			if from > 0 {
				return cameras(text, found)
			}
			return found
		}
		from += i + len(schemeEnd)
		host := text[from:min(len(text), from+maxUserinfo)]
		if n := bytes.IndexAny(host, "/?#\"'<>\\ \t\r\n"); n >= 0 {
			host = host[:n]
		}
		if at := bytes.LastIndexByte(host, '@'); at > 0 {
			found = append(found, span{from: from, to: from + at})
		}
	}
}

var (
	// bareUser is a user name and a password at the end of a text, before the @ of a host.
	bareUser = pattern("[A-Za-z][\\w.+-]{0,63}:[^\\s\"'`<>\\\\/@][^\\s\"'`<>\\\\@]{0,127}$")
	// bareHost is a host that is nothing else: it has a port, a domain or four numbers, or is this machine.
	bareHost = pattern("^(?:[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*:\\d|(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2}|(?:\\d+\\.){3}\\d|localhost\\b|\\[[0-9a-fA-F:]+\\])")
	mailUser = pattern("(?i)^(?:mailto|sips?|xmpp|acct|ssh|git):")
)

// bareUserinfo adds the user names and passwords that stand before a host without a scheme, as in admin:secret@10.0.0.5.
func bareUserinfo(text []byte, found []span) []span {
	for from := 0; ; {
		i := bytes.IndexByte(text[from:], '@')
		if i < 0 {
			return found
		}
		at := from + i
		before, after := text[max(at-bareMost, from):at], text[at+1:min(len(text), at+1+bareMost)]
		m := bareUser().FindIndex(before)
		if m != nil && !bytes.HasSuffix(before[:m[0]], []byte("//")) && bareHost().Match(after) && !mailUser().Match(before[m[0]:]) {
			found = append(found, span{from: at - len(before) + m[0], to: at})
		}
		from = at + 1
	}
}

// bareMost is how far before and after an @ is looked, in bytes.
const bareMost = 256

// Cameras take passwords that no URL may have, with spaces or slashes in them, and some take them in the path.
var (
	cameraUser = pattern("(?i)\\brtm?sps?://[^/?#\"'`<>\\r\\n\\\\]{0,256}@")
	cameraOdd  = pattern("(?i)\\brtm?sps?://([^/?#\\s\"'`<>\\\\:@]{1,128}:[^\\s\"'`<>\\\\]{1,512})")
	portEnds   = pattern("^[^:]*:\\d{1,5}[/?#]")
	cameraPath = pattern("(?i)\\brtm?sps?://[^\"'`<>\\s\\\\]{0,256}?(?:passw(?:or)?d|pwd|pass)=([^\"'`<>\\s\\\\]+)")
)

// cameras adds the passwords of cameras' URLs: it would rather replace too much.
func cameras(text []byte, found []span) []span {
	if !bytes.ContainsAny(text, "pP") || !bytes.Contains(lower(text), []byte("rt")) {
		return found
	}
	for _, m := range cameraUser().FindAllIndex(text, -1) {
		found = append(found, span{from: m[0] + bytes.Index(text[m[0]:], schemeEnd) + len(schemeEnd), to: m[1] - 1})
	}
	for _, m := range cameraOdd().FindAllSubmatchIndex(text, -1) {
		if n := oddUserinfo(text[m[2]:m[3]]); n > 0 {
			found = append(found, span{from: m[2], to: m[2] + n})
		}
	}
	for _, m := range cameraPath().FindAllSubmatchIndex(text, -1) {
		found = append(found, span{from: m[2], to: m[3]})
	}
	return found
}

// oddUserinfo is the length of a user name and a password with a slash, a question mark or a hash at the beginning of a
// camera's URL without its scheme; 0 if it has none. They end before the last @ that a host follows, or else before the first.
func oddUserinfo(url []byte) int {
	ends := bytes.IndexAny(url, "/?#")
	first := bytes.IndexByte(url, '@')
	if ends < 0 || first < ends && bareHost().Match(url[first+1:]) {
		return 0
	}
	for at := len(url); ; {
		if at = bytes.LastIndexByte(url[:at], '@'); at < ends {
			break
		}
		if bareHost().Match(url[at+1:]) {
			return at
		}
	}
	if portEnds().Match(url) { // a path with an @
		return 0
	}
	return first
}

// maxUserinfo is the longest user name and password that are looked for in a URL.
const maxUserinfo = 4 << 10

// cutOut replaces the spans, which may be in any order and overlap.
func cutOut(text []byte, spans []span) []byte {
	if len(spans) == 0 {
		return text
	}
	out, done := make([]byte, 0, len(text)), 0
	for _, at := range merged(spans) {
		out = append(append(out, text[done:at.from]...), at.quote+redacted+at.quote...)
		done = at.to
	}
	return append(out, text[done:]...)
}

// merged sorts spans and makes one of those that overlap.
func merged(spans []span) (out []span) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for _, at := range spans {
		if last := len(out) - 1; last >= 0 && at.from < out[last].to {
			out[last].to = max(out[last].to, at.to)
			continue
		}
		out = append(out, at)
	}
	return out
}
