package rest

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// MaskCredentials is for what is handed on to others, such as a report. It replaces what [Secret.MaskPayload]
// does, for each of the keys, and besides that whatever goes by the name of a credential, in every spelling that
// MaskPayload knows: the values of authorization and cookie headers, of passwords, tokens and the like in JSON,
// in queries and in plain text, bearer tokens, and all that may be a password in a URL. It would rather replace
// too much than too little. JSON stays JSON. It takes time linear in the text's length.
func MaskCredentials(text []byte, keys ...Secret) []byte {
	var secrets traces
	for _, k := range keys {
		secrets = append(secrets, k.traces()...)
	}
	return cutOut(text, spansOf(text, secrets, credentials))
}

// pattern compiles a regular expression when it is first needed: to compile all of this package took a third of what a program that
// needs none of them spends before it begins.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// credentialName is the name of a header, member or parameter, whose value is a credential, up to where the value
// begins. The groups are the backslashes before the quote that ends the name, a header that has words for a
// value, and the quote before the value.
var credentialName = pattern(`(?i)` +
	`(?:(authorization|cookie2?)|(?:api|access|private)[-_ ]?key|passw(?:or)?d|passphrase|passcode|(?:\b|_)pass|pwd|secret|token|credentials?)` +
	`(?:(\\*)["'])?\s*(?::|=|%3[ad])+\s*\[?\s*(\\*["'])?`)

// Values that stand in no quotes.
var (
	headerValue = pattern(`^(?i:digest(?:[\s,]+[\w-]+=(?:\\*"[^"\\]*\\*"|[^\s,"'\\]+))+|[^"'\r\n\\]+)`)
	wordValue   = pattern("^[^\\s\"'`&,;|)}\\]\\\\]+")
	bearer      = pattern(`(?i)\b(bearer|basic)\s+([A-Za-z0-9._~+/-]{6,}=*)`)
	cameraURL   = pattern("(?i)\\brtm?sps?://[^\\s\"'`<>\\\\]*@")
	otherURL    = pattern("://[^\\s\"'`<>\\\\]*@")
	// keyShape is what keys and tokens of well-known services look like: a JSON Web Token, GitHub's, OpenAI's, AWS' and Slack's.
	keyShape = pattern(`\b(?:eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*|gh[opsur]_[A-Za-z0-9]{16,}|sk-[A-Za-z0-9_-]{16,}|AKIA[0-9A-Z]{16}|xox[abeprs]-[A-Za-z0-9-]{10,})`)
)

// spoken is a password that follows its name without a sign, as in "user admin pass x". The groups: a user before it, a name that
// has no other meaning, and what may be the password; behind the end of a string of JSON there is none.
var spoken = pattern("(?i)(\\b(?:user(?:[ _-]?name)?|login|account)\\W{1,3}[^\\s,;]{1,64}[\\s,;]+(?:and\\s+)?)?" +
	"\\b(?:(passw(?:or)?d|passphrase|passcode|pwd)|pass)(?:\\s|%20)+(?:(?:is|was)(?:\\s|%20)+)?(?:\\\\*[\"'])?([^\\s\"'`&,;:=|(){}\\[\\]\\\\<][^\\s\"'`&,;|)}\\]\\\\]*)")

// digest is what digest authentication sends in place of a password, which can be guessed from it.
var digest = pattern(`(?i)\b(?:response|cnonce)\\*["']?\s*[:=]\s*\\*["']?([0-9a-f]{32,128})\b`)

// saysPassword reports whether what a match of spoken took for a password may be one: too much rather than too little, but no
// common word that follows "password", and behind "pass" only what no sentence has.
func saysPassword(text []byte, m []int) bool {
	word := strings.ToLower(strings.TrimRight(string(text[m[6]:m[7]]), ".!?"))
	switch word {
	case "", "a", "an", "and", "are", "as", "at", "auth", "authentication", "be", "but", "by", "can", "cannot", "change", "changed", "check", "did", "do",
		"does", "empty", "error", "expired", "failed", "failure", "field", "file", "for", "from", "given", "has", "hash", "have", "if", "in",
		"incorrect", "invalid", "is", "it", "length", "login", "manager", "mismatch", "missing", "must", "needed", "not", "of", "on", "or", "policy",
		"prompt", "protected", "protection", "rejected", "required", "requires", "reset", "set", "should", "so", "that", "the", "then", "this", "to",
		"too", "unknown", "was", "were", "when", "which", "will", "with", "without", "wrong", "you", "your":
		return false
	}
	letters := strings.ContainsAny(word, "abcdefghijklmnopqrstuvwxyz")
	return m[2] >= 0 || m[4] >= 0 || letters && strings.ContainsAny(word, "0123456789!@#$%^&*+=?~")
}

// keyStems are what every match of keyShape has one of, in lower case.
var keyStems = []string{"eyj", "gho_", "ghp_", "ghs_", "ghu_", "ghr_", "sk-", "akia", "xox"}

func credentials(text []byte, found []span) []span {
	found = userinfo(text, found)
	low := lower(text) // regular expressions are slow, and most texts have nothing that they look for
	if bytes.Contains(low, schemeEnd) && bytes.IndexByte(low, '@') >= 0 {
		found = passwordsOfURLs(text, found)
	}
	if bytes.Contains(low, []byte("bearer")) || bytes.Contains(low, []byte("basic")) {
		for _, m := range bearer().FindAllSubmatchIndex(text, -1) {
			if low[m[2]+1] == 'e' || userAndPassword(text[m[4]:m[5]]) {
				found = append(found, span{from: m[4], to: m[5]})
			}
		}
	}
	if slices.ContainsFunc(keyStems, func(stem string) bool { return bytes.Contains(low, []byte(stem)) }) {
		for _, m := range keyShape().FindAllIndex(text, -1) {
			found = append(found, span{from: m[0], to: m[1]})
		}
	}
	if bytes.Contains(low, []byte("response")) || bytes.Contains(low, []byte("cnonce")) {
		for _, m := range digest().FindAllSubmatchIndex(text, -1) {
			found = append(found, span{from: m[2], to: m[3]})
		}
	}
	if bytes.Contains(low, []byte("pass")) || bytes.Contains(low, []byte("pwd")) {
		for _, m := range spoken().FindAllSubmatchIndex(text, -1) {
			if saysPassword(text, m) {
				found = append(found, span{from: m[6], to: m[7]})
			}
		}
	}
	if !slices.ContainsFunc(credentialStems, func(stem string) bool { return bytes.Contains(low, []byte(stem)) }) {
		return found
	}
	done := 0
	for _, m := range credentialName().FindAllSubmatchIndex(text, -1) {
		if m[0] < done {
			continue // it is within the value before
		}
		if at := credentialValue(text, m); at.to > at.from {
			found, done = append(found, at), at.to
		}
	}
	return found
}

// credentialStems are what every match of credentialName has one of.
var credentialStems = []string{"authorization", "cookie", "key", "pass", "pwd", "secret", "token", "credential"}

// lower is a text with the letters of ASCII in lower case.
func lower(text []byte) []byte {
	out := bytes.Clone(text)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}

// passwordsOfURLs adds what may be a user name and a password, where any character may stand in them.
func passwordsOfURLs(text []byte, found []span) []span {
	for _, m := range cameraURL().FindAllIndex(text, -1) {
		found = append(found, span{from: m[0] + bytes.Index(text[m[0]:], schemeEnd) + len(schemeEnd), to: m[1] - 1})
	}
	for _, m := range otherURL().FindAllIndex(text, -1) {
		if from := m[0] + len(schemeEnd); !plainHost().Match(text[from:m[1]]) { // the @ stands in a path
			found = append(found, span{from: from, to: m[1] - 1})
		}
	}
	return found
}

// credentialValue is the value behind a match of credentialName.
func credentialValue(text []byte, m []int) span {
	from := m[1]
	if bytes.HasPrefix(text[from:], []byte(redacted)) || bytes.HasPrefix(text[from-1:], []byte(redacted)) {
		return span{} // it is already
	}
	if m[6] >= 0 {
		if n := m[7] - m[6] - 1; text[m[7]-1] == '"' {
			return span{from: from, to: stringEnd(text, from, n)}
		}
		if end := bytes.IndexByte(text[from:], '\''); end >= 0 {
			return span{from: from, to: from + end}
		}
		return span{from: from, to: len(text)}
	}
	if m[2] >= 0 {
		return span{from: from, to: from + len(headerValue().Find(text[from:]))}
	}
	value := wordValue().Find(text[from:])
	at := span{from: from, to: from + len(value)}
	if m[4] < 0 {
		return at
	}
	// A member whose value is no string: quotes, so that JSON stays JSON.
	if slices.Contains([]string{"null", "true", "false", "{", "["}, string(value)) || bytes.HasPrefix(value, []byte("{")) {
		return span{}
	}
	at.quote = string(text[m[4]:m[5]]) + `"`
	return at
}

// userAndPassword reports whether a text is what basic authentication sends.
func userAndPassword(text []byte) bool {
	plain, err := base64.RawStdEncoding.DecodeString(string(bytes.TrimRight(text, "=")))
	return err == nil && bytes.IndexByte(plain, ':') >= 0
}
