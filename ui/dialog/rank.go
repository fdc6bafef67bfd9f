package dialog

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sahilm/fuzzy"
)

// How well a text has what was typed, the best first.
const (
	allStart  = iota // each word that was typed begins a word of the text
	allInside        // each is somewhere in it
	letters          // its letters are, in their order
)

// ranked are the places of what has what was typed, the best first: words before letters, and of those what has the words
// whole, and early. What is alike stays in its order.
func ranked(query string, all fuzzy.Source) []int {
	type hit struct{ at, class, whole, place int }
	words := strings.Fields(strings.ToLower(query))
	var hits []hit
	for i := range all.Len() {
		text := strings.ToLower(all.String(i))
		h := hit{at: i, class: allStart}
		for _, word := range words {
			at, whole, ok := startOf(text, word)
			if !ok {
				if at = strings.Index(text, word); at < 0 {
					h.class = letters
					break
				}
				h.class = allInside
			}
			h.place += at
			if !whole {
				h.whole++
			}
		}
		if h.class < letters {
			hits = append(hits, h)
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(a.class-b.class, a.whole-b.whole, cmp.Compare(a.place, b.place))
	})
	out := make([]int, 0, len(hits))
	found := make(map[int]bool, len(hits))
	for _, h := range hits {
		out, found[h.at] = append(out, h.at), true
	}
	for _, m := range fuzzy.FindFrom(strings.Join(words, ""), named{all}) {
		if !found[m.Index] {
			out = append(out, m.Index)
		}
	}
	return out
}

// named is what is found by its letters: the first line of a text. Of a long one, some letters always are in their order.
type named struct{ fuzzy.Source }

// String is the first line.
func (n named) String(i int) string {
	line, _, _ := strings.Cut(n.Source.String(i), "\n")
	return line
}

// startOf is the first place where a word of a text begins with another, and whether it is that word.
func startOf(text, word string) (at int, whole, ok bool) {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return 0, false, false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(word):])
		if !wordRune(before) {
			return i, !wordRune(after), true
		}
		from = i + len(word)
	}
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
