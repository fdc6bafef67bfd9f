package rest

import "bytes"

var (
	// echoedName is the member with which a service echoes a key, the caller's or another's.
	echoedName = []byte(`"api_key`)
	// echoedEnd is the rarest part of that name, which is what is searched for.
	echoedEnd = []byte("_key")
)

// echoed adds the value of each api_key in a text. The JSON that has it may be quoted in a string, in a
// string of that, and so on. A value that has no end goes to the end of the text.
func echoed(text []byte, found []span) []span {
	for i := bytes.Index(text, echoedEnd); i >= 0; {
		i += len(echoedEnd)
		if bytes.HasSuffix(text[:i], echoedName) {
			if begin, end := echoedValue(text, i); begin > 0 {
				found, i = append(found, span{from: begin, to: end}), end
			}
		}
		next := bytes.Index(text[i:], echoedEnd)
		if next < 0 {
			break
		}
		i += next
	}
	return found
}

// echoedValue finds the text of the string that is the value of the name that ends at i. It reports
// 0 where the value is no string.
func echoedValue(b []byte, i int) (begin, end int) {
	slashes, i := quote(b, i)
	if i == 0 {
		return 0, 0
	}
	if i = space(b, i); i == len(b) || b[i] != ':' {
		return 0, 0
	}
	n, begin := quote(b, space(b, i+1))
	if begin == 0 || n != slashes {
		return 0, 0
	}
	return begin, stringEnd(b, begin, n)
}

// stringEnd is where the string ends whose text begins at begin, behind a quote with n backslashes before it; the
// end of the text if it has none.
func stringEnd(b []byte, begin, n int) int {
	for i := begin; ; i++ {
		at := bytes.IndexByte(b[i:], '"')
		if at < 0 {
			return len(b)
		}
		i += at
		// Each time that JSON is quoted, its quotes and backslashes get a backslash each. A quote behind
		// an even number of them ends a string, here one around the value if JSON was cut in quoting.
		left := i - begin - len(bytes.TrimRight(b[begin:i], `\`))
		for own := 0; own <= n; own, left = 2*own+1, left/2 {
			if left%2 == 0 {
				return i - own
			}
		}
	}
}

// quote returns how many backslashes stand at i before a quote, and where that ends; 0 if there is none.
func quote(b []byte, i int) (slashes, end int) {
	end = i
	for end < len(b) && b[end] == '\\' {
		end++
	}
	if end == len(b) || b[end] != '"' {
		return 0, 0
	}
	return end - i, end + 1
}

// space returns where what is no space begins, from i on.
func space(b []byte, i int) int {
	return len(b) - len(bytes.TrimLeft(b[i:], " \t\r\n"))
}
