package stats

import (
	"bytes"
	"strings"
)

// groups finds texts that are alike, by the algorithm of Drain (He et al., 2017): texts of so many words with the same
// first word are compared word by word, and what differs in a group is a parameter. Numbers are one from the start.
type groups struct {
	byShape map[uint64]*group // of texts that were seen, so that most are not taken apart
	leaves  map[leaf][]*group
	all     []*group
	other   int64 // texts that found no group, when there were as many as there may be
}

type leaf struct {
	words int
	first string
}

type group struct {
	words       []string
	count       int64
	first, last int64 // when, in Unix nanoseconds
	example     string
}

const (
	maxGroups     = 256
	maxInLeaf     = 32
	maxShapes     = 8192
	maxWords      = 32      // the rest of a longer text is one parameter
	maxText       = 1 << 10 // bytes that are looked at
	maxExample    = 200     // bytes
	similar       = 0.5     // the share of words that two texts of a group have in common at least
	parameter     = "<*>"
	hashOfNumbers = 0x9e3779b97f4a7c15
)

func newGroups() groups {
	return groups{byShape: map[uint64]*group{}, leaves: map[leaf][]*group{}}
}

func cutText(text []byte) []byte { return text[:min(len(text), maxText)] }

// shapeOf is a hash of a text in which all words with a digit are the same; 0 for no text.
func shapeOf(text []byte) uint64 {
	const prime, basis = 1099511628211, 14695981039346656037
	var all, word uint64 = basis, basis
	digit := false
	for _, c := range cutText(text) {
		if c == ' ' || c == '\n' {
			if word == basis {
				continue
			}
			if digit {
				word = hashOfNumbers
			}
			all, word, digit = (all^word)*prime, basis, false
			continue
		}
		word = (word ^ uint64(c)) * prime
		digit = digit || c >= '0' && c <= '9'
	}
	if digit {
		word = hashOfNumbers
	}
	if all == basis && word == basis {
		return 0
	}
	return (all ^ word) * prime
}

func (g *groups) add(at int64, ev *Event) {
	x := g.byShape[ev.shape]
	if x == nil {
		if x = g.find(ev.Text, at); x == nil {
			g.other++
			return
		}
		if len(g.byShape) == maxShapes {
			clear(g.byShape)
		}
		g.byShape[ev.shape] = x
	}
	x.count++
	x.last = at
}

// find is the group of a text that was not seen before: the most similar one, or another.
func (g *groups) find(text []byte, at int64) *group {
	words := wordsOf(text)
	key := leaf{len(words), words[0]}
	var best *group
	most := similar
	for _, x := range g.leaves[key] {
		if s := x.similarity(words); s >= most {
			best, most = x, s
		}
	}
	switch {
	case best != nil:
		for i, w := range words {
			if best.words[i] != w {
				best.words[i] = parameter
			}
		}
	case len(g.all) < maxGroups && len(g.leaves[key]) < maxInLeaf:
		best = &group{words: words, first: at, example: string(text[:min(len(text), maxExample)])}
		g.all, g.leaves[key] = append(g.all, best), append(g.leaves[key], best)
	}
	return best
}

// similarity is the share of the words that are the same.
func (x *group) similarity(words []string) float64 {
	same := 0
	for i, w := range words {
		if x.words[i] == w {
			same++
		}
	}
	return float64(same) / float64(len(words))
}

func wordsOf(text []byte) (out []string) {
	for w := range bytes.FieldsSeq(cutText(text)) {
		if len(out) == maxWords {
			out[maxWords-1] = parameter
			break
		}
		word := parameter
		if !bytes.ContainsAny(w, "0123456789") {
			word = string(w)
		}
		out = append(out, word)
	}
	if len(out) == 0 {
		return []string{parameter} // blanks alone
	}
	return out
}

// template is what the texts of the group have in common.
func (x *group) template() string { return strings.Join(x.words, " ") }
