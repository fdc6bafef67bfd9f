package history

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"lenswatch/client"
)

// maxFilter is the longest filter, in characters.
const maxFilter = 1024

// Filter is one condition, as a person types it:
//
//	pump            a text, wherever the row shows it: in the text, label, wire type or session id;
//	                with an upper-case letter in it, case counts
//	re:p[ou]mp$     a regular expression (RE2), in the same places; (?i) makes case not count
//	.data.n > 3     a jq expression on the JSON as received; any answer but null and false matches
//	kind:result,log any of these kinds
//	level:warn      any of these levels; level:warn+ is this and all that are worse
//	session:lsn-1   a part of a session id
//	after:14:05     received at or after the newest 14:05 that was; also 14:05:30, or with a date, 2026-11-27 14:05
//	before:14:10    likewise, before it
//	last:5m         received since 5 minutes before the filter was written
//	!pump           all that pump would leave out; any other form may stand in its place
//	\!pump          the text "!pump": a backslash makes what follows plain text
//
// [Forms] has the same for the screen. The zero Filter matches everything. Make others with [ParseFilter].
type Filter struct {
	exclude bool
	test    test
}

// Form is one way to write a filter, by an example, and what it matches.
type Form struct{ Form, Meaning string }

// Forms are all ways to write a filter, in short.
func Forms() []Form {
	return []Form{
		{"pump", "text, ignoring case (case-sensitive if it has capitals)"},
		{"re:p[ou]mp$", "a regular expression"},
		{"kind:result,error", "any of these kinds"},
		{"level:warn+", "this level or more severe"},
		{"session:3f2a", "part of a session ID"},
		{"last:5m", "received in the last 5 minutes"},
		{"after:14:05", "received at or after 14:05 (also 2026-11-27 14:05)"},
		{"before:14:10:30", "received before 14:10:30"},
		{".data.n > 3", "a jq expression on the payload"},
		{"!pump", "everything that does not match pump"},
		{`\!pump`, "the literal text !pump"},
	}
}

// test is one form of a filter.
type test interface {
	// match looks at all that the form is about, matchText only at what a row always shows.
	match(ev *client.Event) bool
	matchText(ev *client.Event) bool
	// ranges are the places in a text that made it match, for the forms that have such.
	ranges(text string) [][2]int
	// String is what ParseFilter reads as this test.
	String() string
}

// The words that a filter may begin with, besides "!", "." and "\".
const (
	prefixRegexp  = "re:"
	prefixKind    = "kind:"
	prefixLevel   = "level:"
	prefixSession = "session:"
	prefixAfter   = "after:"
	prefixBefore  = "before:"
	prefixLast    = "last:"
)

// ParseFilter reads a filter. It forgets blanks around it, and what
// [client.Line1] takes out of any text. Its errors are for a person, and name the character where that helps.
//
// Clock times are of this machine's zone and day; see [ParseFilterAt].
func ParseFilter(text string) (Filter, error) { return ParseFilterAt(text, time.Now()) }

// ParseFilterAt is [ParseFilter] at a time, whose zone is that of clock times: a recording has a time of its own.
func ParseFilterAt(text string, now time.Time) (Filter, error) {
	// Cleaned again, as a mark that a blank stood before may have nothing to stand on now.
	all := client.Line1(strings.TrimSpace(client.Line1(text)))
	in := input{all: all, rest: all, now: now}
	if utf8.RuneCountInString(in.rest) > maxFilter {
		return Filter{}, fmt.Errorf("filters can have at most %d characters", maxFilter)
	}
	if in.rest == "" {
		return Filter{}, errors.New("the filter is empty")
	}
	var f Filter
	if f.exclude = in.take("!"); f.exclude {
		in.blanks()
	}
	t, err := in.test()
	if err != nil {
		return Filter{}, err
	}
	f.test = t
	return f, nil
}

// input is the part of a filter that was not read yet.
type input struct {
	all, rest string
	now       time.Time
}

func (in *input) blanks() { in.rest = strings.TrimLeft(in.rest, " ") }

func (in *input) take(prefix string) (found bool) {
	in.rest, found = strings.CutPrefix(in.rest, prefix)
	return found
}

// place is the number, from 1, of the character that stands n bytes into the rest.
func (in *input) place(n int) int {
	at := min(len(in.all)-len(in.rest)+n, len(in.all))
	return utf8.RuneCountInString(in.all[:at]) + 1
}

func (in *input) test() (test, error) {
	switch {
	case in.rest == "":
		return nil, errors.New(`missing text after "!"`)
	case in.rest[0] == '!':
		return nil, fmt.Errorf(`use a single !; to match a literal !, write \%s`, in.rest)
	case in.rest[0] == '.':
		return newJQ(in)
	case in.take(prefixRegexp):
		return newPattern(in)
	case in.take(prefixKind):
		return newKinds(in)
	case in.take(prefixLevel):
		return newLevels(in)
	case in.take(prefixSession):
		if in.blanks(); in.rest == "" {
			return nil, errors.New(`missing part of a session ID after "session:"`)
		}
		return session{newNeedle(in.rest)}, nil
	case in.take(prefixAfter):
		return newSince(in, prefixAfter)
	case in.take(prefixBefore):
		return newSince(in, prefixBefore)
	case in.take(prefixLast):
		return newLast(in)
	case in.take(`\`):
		if in.rest == "" {
			return nil, errors.New(`missing text after \`)
		}
	}
	return substring{newNeedle(in.rest)}, nil
}

// special reports whether a text needs a backslash in front to be taken as text.
func special(text string) bool {
	for _, p := range []string{"!", ".", `\`, " ", prefixRegexp, prefixKind, prefixLevel, prefixSession, prefixAfter, prefixBefore, prefixLast} {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return text != client.Line1(text)
}

// Match reports whether an event fits.
func (f Filter) Match(ev *client.Event) bool {
	return f.test == nil || f.test.match(ev) != f.exclude
}

// MatchText is Match for a search: texts and regular expressions look only at the event's text and
// label, so that what is found can be seen.
func (f Filter) MatchText(ev *client.Event) bool {
	return f.test == nil || f.test.matchText(ev) != f.exclude
}

// Ranges are the parts of a text to highlight, as byte offsets from and to, in order and apart.
// Only texts and regular expressions that do not exclude have any.
func (f Filter) Ranges(text string) [][2]int {
	if f.test == nil || f.exclude {
		return nil
	}
	return f.test.ranges(text)
}

// Trouble is how many events a jq expression could not be run on, and why not the last of them;
// 0 and nil for the other forms. Such events do not match the expression. Events that are no JSON
// do not either, and are not counted.
func (f Filter) Trouble() (events int64, last error) {
	if j, ok := f.test.(*jq); ok && j.last != nil {
		return j.failed, readable(j.last)
	}
	return 0, nil
}

// String is the filter as ParseFilter reads it, in one spelling.
func (f Filter) String() string {
	switch {
	case f.test == nil:
		return ""
	case f.exclude:
		return "!" + f.test.String()
	}
	return f.test.String()
}

// Filters are conditions that all have to be met.
type Filters []Filter

// Match reports whether an event fits all of them.
func (fs Filters) Match(ev *client.Event) bool {
	for _, f := range fs {
		if !f.Match(ev) {
			return false
		}
	}
	return true
}

// Contradiction finds what keeps any event from meeting all of the filters, in words; empty if it finds nothing. labelled is
// the label that events must have besides; empty is any. It compares texts, session IDs and times, and what is the same but
// for the "!": it does not find everything.
func (fs Filters) Contradiction(labelled string) string {
	if from, until := fs.span(); !until.IsZero() && !from.Before(until) {
		return "no time is in all of its filters"
	}
	has := client.Event{Result: &client.Result{Label: labelled}}
	for _, no := range fs {
		if !no.exclude {
			continue
		}
		if labelled != "" && no.ofTexts() && no.test.match(&has) {
			return fmt.Sprintf("%s leaves out the label %s", client.Line1(no.String()), client.Line1(labelled))
		}
		for _, f := range fs {
			if !f.exclude && f.within(no) {
				return fmt.Sprintf("%s leaves out all that %s matches", client.Line1(no.String()), client.Line1(f.String()))
			}
		}
	}
	return ""
}

// ofTexts reports whether a filter looks for something in texts: where it finds it, it does so whatever else is there.
func (f Filter) ofTexts() bool {
	switch f.test.(type) {
	case substring, pattern:
		return true
	}
	return false
}

// within reports whether the test of another filter matches all that f matches.
func (f Filter) within(other Filter) bool {
	if f.test.String() == other.test.String() {
		return true
	}
	switch part := other.test.(type) {
	case substring:
		switch t := f.test.(type) {
		case substring:
			return part.in(t.text)
		case session:
			return part.in(t.text)
		}
	case session:
		t, ok := f.test.(session)
		return ok && part.in(t.text)
	}
	return false
}
