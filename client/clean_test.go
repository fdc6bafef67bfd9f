package client

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "",
		"plain text":                             "plain text",
		"Grüße, 日本語, привет, 😀":                  "Grüße, 日本語, привет, 😀",
		"a\nb":                                   "a\nb",
		"a\r\nb\rc\u2028d\u0085e":                "a\nb\nc\nd\ne",
		"a\tb":                                   "a    b",
		"\x1b[31mred\x1b[0m":                     "\uFFFD[31mred\uFFFD[0m",
		"\u009b31m":                              "\uFFFD31m",
		"a\x00b\x7f\x08":                         "a\uFFFDb\uFFFD\uFFFD",
		"bad \xff\xc3(":                          "bad \uFFFD\uFFFD(",
		"\u202eevil\u2066x\u2069":                "evilx",
		"zero\u200bwidth\ufeff\u00ad":            "zerowidth",
		"👩\u200d👩\u200d👧":                        "👩👩👧",
		"👍🏽 ❤\ufe0f":                             "👍 ❤",
		"\ue000\U000f0000":                       "\uFFFD\uFFFD",
		"\ufffe":                                 "\uFFFD",
		"tag\U000e0041":                          "tag",
		"e\u0301":                                "e\u0301",
		"\u0301e\n\u0301":                        "◌\u0301e\n◌\u0301",
		"a\u0903":                                "a◌\u0903",
		"कि":                                     "कि",
		"กำ น้ำ":                                 "กำ น้ำ",
		"z" + strings.Repeat("\u0335", 40) + "o": "z" + strings.Repeat("\u0335", maxMarks) + "o",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLine1(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\n\nc\rd": "a b  c d",
		"one line":       "one line",
		"\n\u0301":       " \u0301",
	} {
		if got := Line1(in); got != want {
			t.Errorf("Line1(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanIsBounded(t *testing.T) {
	for _, piece := range []string{"x", "é", "日", "😀", "a\u0301", "\u0301", "\t", "\x00", "\n", "\u200b"} {
		for _, n := range []int{maxText/4 - 1, maxText/3 + 1, maxText - 1, maxText, maxText + 1, 4 * maxText} {
			in := strings.Repeat(piece, n)
			got := Clean(in)
			if len(got) > maxText || !utf8.ValidString(got) {
				t.Fatalf("%q x %d: %d bytes", piece, n, len(got))
			}
			if Clean(got) != got {
				t.Errorf("%q x %d: cleaning again changes it", piece, n)
			}
			if len(in) > 2*maxText && piece != "\u200b" && piece != "\u0301" && !strings.HasSuffix(got, ellipsis) {
				t.Errorf("%q x %d: a cut text ends in %q", piece, n, got[len(got)-8:])
			}
		}
	}
}

func TestHarmlessTextIsNotCopied(t *testing.T) {
	for _, s := range []string{strings.Repeat("plain text\n", 20), strings.Repeat("Grüße 日本語 😀\n", 20)} {
		if n := testing.AllocsPerRun(100, func() { Clean(s) }); n != 0 {
			t.Errorf("%v allocations for %.20q", n, s)
		}
	}
}

// forbidden says why a character must not be in clean text.
func forbidden(r rune) string {
	switch {
	case unicode.Is(unicode.Cc, r):
		return "a control"
	case unicode.Is(unicode.Bidi_Control, r):
		return "a bidirectional control"
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
		return "a format character"
	case unicode.In(r, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point):
		return "no character"
	case unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return "an invisible character"
	case !unicode.Is(unicode.M, r) && ansi.StringWidth(string(r)) == 0:
		return "a character without width"
	}
	return ""
}

// terminal measures what a terminal makes of text.
type terminal struct{ *vt.Emulator }

// advance is how far a line moves the cursor. It has to fit.
func (e terminal) advance(line string) int {
	_, _ = e.Write([]byte("\r" + line + "\x1b[m")) // a control ends the last cluster
	return e.CursorPosition().X
}

const emulatorWidth = 512

// checkClean checks what Clean promises of its result.
func checkClean(t *testing.T, e terminal, in, out string, multiline bool) {
	t.Helper()
	if !utf8.ValidString(out) || len(out) > maxText {
		t.Fatalf("%q: %d bytes, valid: %v", in, len(out), utf8.ValidString(out))
	}
	for _, r := range out {
		if why := forbidden(r); why != "" && !(r == '\n' && multiline) {
			t.Fatalf("%q became %q, with %s: %U", in, out, why, r)
		}
	}
	for line := range strings.SplitSeq(out, "\n") {
		if first, _ := utf8.DecodeRuneInString(line); unicode.Is(unicode.M, first) {
			t.Fatalf("%q became %q: a line begins with a mark", in, out)
		}
		claimed, sum := ansi.StringWidth(line), 0
		for rest := line; rest != ""; {
			cluster, width := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
			sum += width
			if marks := strings.Count(cluster, "") - 1; marks > 64 {
				t.Fatalf("%q became %q: a cluster of %d characters", in, out, marks)
			}
			rest = rest[len(cluster):]
		}
		if sum != claimed {
			t.Fatalf("%q became %q: its clusters are %d wide, the line %d", in, out, sum, claimed)
		}
		if claimed < emulatorWidth {
			if got := e.advance(line); got != claimed {
				t.Fatalf("%q became %q: claims %d cells, takes %d", in, out, claimed, got)
			}
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"", "plain", "a\r\nb\tc", "\x1b]0;title\x07", "\u202e\u2066x", "e\u0301\u0301", "🇩🇪👩\u200d👧", "\xff\xfe", "กำ", "ᄀᄀ각", "कि क्ष", "\u0d4ea", "ｶﾞaﾞ", "1\u20e3\ufe0f",
	} {
		f.Add(s)
	}
	e := terminal{vt.NewEmulator(emulatorWidth, 1)}
	f.Fuzz(func(t *testing.T, in string) {
		out := Clean(in)
		checkClean(t, e, in, out, true)
		if again := Clean(out); again != out {
			t.Fatalf("%q became %q, and cleaned again %q", in, out, again)
		}
		line := Line1(in)
		checkClean(t, e, in, line, false)
		if again := Line1(line); again != line {
			t.Fatalf("%q became the line %q, and again %q", in, line, again)
		}
	})
}

// alike reports whether r is one of many characters that are treated alike: of these a sample will
// do.
func alike(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Tangut, unicode.Egyptian_Hieroglyphs, unicode.Cuneiform, unicode.Yi,
		unicode.Khitan_Small_Script, unicode.Anatolian_Hieroglyphs, unicode.Bamum, unicode.Nushu, unicode.Co) ||
		unicode.Is(unicode.Lo, r) && !unicode.Is(joining, r) && !unicode.Is(prepended, r) ||
		unicode.Is(unicode.Cn, r) && !unicode.In(r, joining, prepended, unicode.Noncharacter_Code_Point)
}

// TestCleanEveryCharacter puts each character of Unicode next to ASCII, next to others, and next to
// itself.
func TestCleanEveryCharacter(t *testing.T) {
	e := terminal{vt.NewEmulator(emulatorWidth, 1)}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if alike(r) && r%61 != 0 || testing.Short() && r%7 != 0 {
			continue
		}
		s := string(r)
		in := s + "\na" + s + "b" + s + s + "é" + s + "中" + s + " " + s
		checkClean(t, e, in, Clean(in), true)
	}
}

func BenchmarkClean(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":   strings.Repeat("A worker in a hard hat walks past. ", 3),
		"unicode": strings.Repeat("Прохожий идёт мимо, 通行人。", 3),
		"dirty":   strings.Repeat("a\x1b[31mb\tc\u200b ", 8),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Clean(s)
			}
		})
	}
}
