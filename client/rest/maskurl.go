package rest

import (
	"strings"
)

// MaskURLs replaces, in each URL of a text, what may be a secret: the user name and password, the
// values of the query, and the fragment. It is for what people typed and for errors, which quote
// it; a URL that cannot be parsed is one too.
func MaskURLs(text string) string {
	i := strings.Index(text, "://")
	if i < 0 {
		return text
	}
	var out strings.Builder
	for i >= 0 {
		out.WriteString(text[:i+3])
		text = text[i+3:]
		end := len(text)
		if n := strings.IndexAny(text, "\"`\r\n"); n >= 0 { // as errors quote it
			end = n
		} else if n := strings.IndexAny(text, " \t"); n >= 0 && !strings.Contains(text[n:], "@") {
			end = n
		}
		out.WriteString(maskURL(text[:end]))
		text = text[end:]
		i = strings.Index(text, "://")
	}
	return out.String() + text
}

// MaskURL is [MaskURLs] for a text that ought to be one URL, and may have no scheme.
func MaskURL(text string) string {
	if scheme, rest, ok := strings.Cut(text, "://"); ok {
		return scheme + "://" + maskURL(rest)
	}
	return maskURL(text)
}

// maskURL masks what stands behind the scheme.
func maskURL(text string) string {
	before := text // the query and the fragment
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		before = text[:i]
	}
	at := strings.LastIndexByte(before, '@')
	if at < 0 && !plainHost().MatchString(before) {
		at = strings.LastIndexByte(text, '@') // a password may hold any character
	}
	user := ""
	if at >= 0 {
		user, text = redacted, text[at:]
	}
	if m := pathSecret().FindStringIndex(text); m != nil {
		text = text[:m[1]] + redacted
	}
	text, _, hasFragment := strings.Cut(text, "#")
	text, query, hasQuery := strings.Cut(text, "?")
	if hasQuery {
		text += "?" + maskQuery(query)
	}
	if hasFragment {
		text += "#" + redacted
	}
	return user + text
}

// pathSecret matches what stands before a password in the path or the query of a camera's URL: what follows is hidden whole.
var pathSecret = pattern(`(?i)(pass|pwd|psw)[a-z]*[=:]`)

// plainHost matches a host, which may have a port, before the path.
var plainHost = pattern(`^([^/:\[\]]*|\[[^/\]]*\])(:\d*)?(/|$)`)

// maskQuery keeps the names.
func maskQuery(query string) string {
	pairs := strings.Split(query, "&")
	for i, p := range pairs {
		name, _, ok := strings.Cut(p, "=")
		if !ok {
			name = ""
		}
		pairs[i] = strings.TrimPrefix(name+"="+redacted, "=")
	}
	return strings.Join(pairs, "&")
}
