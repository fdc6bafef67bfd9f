package sse

// A token is what the parser passes to the receiver: a kind, a text, and tokenEnd. Frames cross the
// library as the data field of a canonical block:
//
//	data:=<frame>...<frame>
//	id:=<last event id>
//	<empty line>
//
// The "=" keeps the library from trimming a space or taking an empty value for none. The id field
// stands there only if an event of the block changed the id in force; the library stores it and
// sends it, "=" and all, with the next request.
//
// A text of data that is not short does not stand in its frame: it waits outside the library, see
// [sideBuffer].
//
// A text is what stood in a line, so it has neither LF nor CR, and it is UTF-8, so tokenEnd cannot
// occur in it.
const tokenEnd = 0xFF

// The kinds of frames.
const (
	tokenData     = 'd' // a line of data
	tokenMore     = 'm' // the line of data continues
	tokenSideData = 'D' // a line of data whose text waits in the side buffer
	tokenSideMore = 'M' // the line of data continues with a text that waits in the side buffer
	tokenType     = 'e' // the event's type
	tokenID       = 'i' // the event's id
	tokenEvent    = '!' // an empty line after data: dispatch the event
	tokenNothing  = '.' // an empty line without data: only the id counts
	tokenSkip     = 's' // an empty line after too much data; the text is its size in decimal
	tokenComment  = ':' // a comment, or a piece of one longer than maxLine
	tokenRetry    = 'r' // a reconnection time in milliseconds, in decimal
)

// What encloses the frames of a block.
const (
	blockData = "data:="
	blockID   = "\nid:="
	blockEnd  = "\n\n"
	idPrefix  = "="
)
