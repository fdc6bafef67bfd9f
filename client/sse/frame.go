package sse

// A frame is what the parser tells the receiver: a kind, a text, and frameEnd. Frames cross the
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
// A text of data that is not short does not stand in its frame: it waits beside the library, see
// [beside].
//
// A text is what stood in a line, so it has neither LF nor CR, and it is UTF-8, so frameEnd cannot
// occur in it.
const frameEnd = 0xFF

// The kinds of frames.
const (
	frameData       = 'd' // a line of data
	frameMore       = 'm' // the line of data goes on
	frameDataBeside = 'D' // a line of data whose text waits beside
	frameMoreBeside = 'M' // the line of data goes on with a text that waits beside
	frameType       = 'e' // the event's type
	frameID         = 'i' // the event's id
	frameEvent      = '!' // an empty line after data: dispatch the event
	frameNothing    = '.' // an empty line without data: only the id counts
	frameSkip       = 's' // an empty line after too much data; the text is its size in decimal
	frameComment    = ':' // a comment, or a piece of one longer than maxLine
	frameRetry      = 'r' // a reconnection time in milliseconds, in decimal
)

// What encloses the frames of a block.
const (
	blockData = "data:="
	blockID   = "\nid:="
	blockEnd  = "\n\n"
	idPrefix  = "="
)
