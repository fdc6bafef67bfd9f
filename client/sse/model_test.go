package sse

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
)

// processingModel has one row for each rule of "9.2.5 Parsing an event stream" and "9.2.6
// Interpreting an event stream" of the HTML Standard.
var processingModel = []struct {
	rule   string
	stream string
	want   []string
	id     string // in force afterwards
}{
	{"one leading byte order mark is ignored", "\uFEFFdata: x\n\n", []string{`message "x" id ""`}, ""},
	{"a second byte order mark is not", "\uFEFF\uFEFFdata: x\n\n", nil, ""},
	{"a byte order mark later on is text", "data: \uFEFFx\n\n", []string{`message "\ufeffx" id ""`}, ""},
	{"a byte order mark before a comment", "\uFEFF:x\n", []string{`comment "x"`}, ""},
	{"a byte order mark before an empty line", "\uFEFF\ndata: x\n\n", []string{`message "x" id ""`}, ""},
	{"a line ends with LF", "data: x\n\n", []string{`message "x" id ""`}, ""},
	{"a line ends with CR", "data: x\r\r", []string{`message "x" id ""`}, ""},
	{"a line ends with CRLF", "data: x\r\n\r\n", []string{`message "x" id ""`}, ""},
	{"ends are mixed: CRLF CR", "data: x\r\n\rdata: y\n\n", []string{`message "x" id ""`, `message "y" id ""`}, ""},
	{"ends are mixed: LF CR", "data: x\n\rdata: y\n\n", []string{`message "x" id ""`, `message "y" id ""`}, ""},
	{"ends are mixed: CR CRLF", "data: x\r\r\ndata: y\n\n", []string{`message "x" id ""`, `message "y" id ""`}, ""},
	{"ends are mixed: LF CRLF", "data: x\n\r\ndata: y\n\n", []string{`message "x" id ""`, `message "y" id ""`}, ""},
	{"no other character ends a line", "data: a\vb\fc\u0085d\u2028e\n\n", []string{`message "a\vb\fc\u0085d\u2028e" id ""`}, ""},
	{"an empty line dispatches the event", "data: x\n\ndata: y\n\n", []string{`message "x" id ""`, `message "y" id ""`}, ""},
	{"more empty lines dispatch nothing", "\n\n\ndata: x\n\n\n\n", []string{`message "x" id ""`}, ""},
	{"a line that starts with a colon is a comment", ":x\n:\n: y\n", []string{`comment "x"`, `comment ""`, `comment " y"`}, ""},
	{"a comment leaves the event alone", "data: x\n:c\ndata: y\n\n", []string{`comment "c"`, `message "x\ny" id ""`}, ""},
	{"a comment after an id dispatches nothing", "id: 1\ndata: x\n\n:c\n\n", []string{`message "x" id "1"`, `comment "c"`}, "1"},
	{"a field ends at its first colon", "data: a:b: c\n\n", []string{`message "a:b: c" id ""`}, ""},
	{"one space after the colon is taken off", "data:x\ndata: x\ndata:  x\n\n", []string{`message "x\nx\n x" id ""`}, ""},
	{"no other space is", "data:\tx \n\n", []string{`message "\tx " id ""`}, ""},
	{"a line without a colon is a field with an empty value", "data\n\n", []string{`message "" id ""`}, ""},
	{"lines of data are parted by LF", "data: x\ndata\ndata:y\n\n", []string{`message "x\n\ny" id ""`}, ""},
	{"one last LF of the data is taken off", "data\ndata\n\n", []string{`message "\n" id ""`}, ""},
	{"empty data is an event", "data:\n\n", []string{`message "" id ""`}, ""},
	{"names of fields are compared literally", "Data: x\n data: x\ndata : x\nDATA: x\n\n", nil, ""},
	{"other fields are ignored", "foo: x\ndata: x\nbar\n\n", []string{`message "x" id ""`}, ""},
	{"event sets the type", "event: add\ndata: x\n\n", []string{`add "x" id ""`}, ""},
	{"the last event field counts", "event: a\nevent: b\ndata: x\n\n", []string{`b "x" id ""`}, ""},
	{"an empty type is message", "event: a\nevent\ndata: x\n\n", []string{`message "x" id ""`}, ""},
	{"the type is that of one event", "event: a\ndata: x\n\ndata: y\n\n", []string{`a "x" id ""`, `message "y" id ""`}, ""},
	{"an event without data is not dispatched", "event: a\n\n", nil, ""},
	{"the type of an event without data is forgotten", "event: a\n\ndata: x\n\n", []string{`message "x" id ""`}, ""},
	{"fields can come in any order", "data: x\nid: 1\nevent: a\n\n", []string{`a "x" id "1"`}, "1"},
	{"id sets the last event id", "id: 1\ndata: x\n\n", []string{`message "x" id "1"`}, "1"},
	{"the last event id stays in force", "id: 1\ndata: x\n\ndata: y\n\n", []string{`message "x" id "1"`, `message "y" id "1"`}, "1"},
	{"an event without data sets the id", "id: 1\n\ndata: x\n\n", []string{`message "x" id "1"`}, "1"},
	{"an empty id sets the id to none", "id: 1\ndata: x\n\nid\ndata: y\n\n", []string{`message "x" id "1"`, `message "y" id ""`}, ""},
	{"an id with NUL is ignored", "id: 1\n\nid: 2\x003\ndata: x\n\n", []string{`message "x" id "1"`}, "1"},
	{"the last id field counts", "id: 1\nid: 2\ndata: x\n\n", []string{`message "x" id "2"`}, "2"},
	{"an id counts from the empty line on", "id: 1\n\nid: 2\n", nil, "1"},
	{"retry with other than digits is ignored", "retry: 1s\nretry: -1\nretry\nretry: \u0661\ndata: x\n\n", []string{`message "x" id ""`}, ""},
	{"retry is no event", "retry: 1\n\n", nil, ""},
	{"an incomplete last event is discarded", "data: x\n\ndata: y\n", []string{`message "x" id ""`}, ""},
	{"an incomplete last line is discarded", "data: x\n\ndata: y", []string{`message "x" id ""`}, ""},
	{"an incomplete last empty line ends the event if it is CR", "data: x\n\r", []string{`message "x" id ""`}, ""},
	{"the id of an incomplete last event is discarded", "id: 1\ndata: x\n\nid: 12\ndata: y\n", []string{`message "x" id "1"`}, "1"},
	{"NUL is text", "data: a\x00b\n\n", []string{`message "a\x00b" id ""`}, ""},
	{"UTF-8 is left as it is", "data: €豆腐🙂\n\n", []string{`message "€豆腐🙂" id ""`}, ""},
	{"an ill-formed byte is U+FFFD", "data: a\xFFb\n\n", []string{`message "a�b" id ""`}, ""},
	{"each maximal ill-formed part is one U+FFFD", "data: \xE2\x82|\xF0\x9F\x99|\xED\xA0\x80|\xC0\x80\n\n",
		[]string{`message "�|�|���|��" id ""`}, ""},
	{"ill-formed ids and types are replaced too", "id: \xFF\nevent: \xFF\ndata\n\n", []string{`� "" id "�"`}, "�"},
	{"a line end cuts an ill-formed character off", "data: \xE2\x82\ndata: \xAC\n\n", []string{`message "�\n�" id ""`}, ""},
}

func TestProcessingModel(t *testing.T) {
	for _, row := range processingModel {
		t.Run(row.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				check := func(how string, body *chunks) {
					t.Helper()
					said, id := playback(t, Options{}, body)
					if !slices.Equal(said, row.want) || id != row.id {
						t.Errorf("%s: %q:\n got  %q, resumes after %q\n want %q, resumes after %q", how, row.stream, said, id, row.want, row.id)
					}
				}
				check("in one read", &chunks{parts: []string{row.stream}})
				check("together with the end", &chunks{parts: []string{row.stream}, withEOF: true})
				bytes := make([]string, len(row.stream))
				for i := range bytes {
					bytes[i] = row.stream[i : i+1]
				}
				check("byte by byte", &chunks{parts: bytes})
				rng := rand.New(rand.NewPCG(1, 1))
				check("in random chunks", &chunks{parts: cut(row.stream, rng)})
			})
		})
	}
}

// The reference has to be right itself.
func TestReference(t *testing.T) {
	for _, row := range processingModel {
		if said, id := reference(row.stream, "", 1<<20); !slices.Equal(said, row.want) || id != row.id {
			t.Errorf("%s: %q\n got  %q, id %q\n want %q, id %q", row.rule, row.stream, said, id, row.want, row.id)
		}
	}
}
