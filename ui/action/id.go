package action

// ID names an action, in the settings too: it does not change when words on the screen do.
type ID string

// The actions that packages of ui refer to. None is no action.
const (
	None ID = ""

	Up         ID = "up"
	Down       ID = "down"
	PageUp     ID = "page-up"
	PageDown   ID = "page-down"
	Top        ID = "top"
	Bottom     ID = "bottom"
	Left       ID = "left"
	Right      ID = "right"
	NextField  ID = "next-field"
	PrevField  ID = "previous-field"
	Choose     ID = "choose"
	Cancel     ID = "cancel"
	Yes        ID = "yes"
	No         ID = "no"
	Help       ID = "help"
	Palette    ID = "palette"
	Quit       ID = "quit"
	Interrupt  ID = "interrupt"
	Suspend    ID = "suspend"
	NextPane   ID = "next-pane"
	PrevPane   ID = "previous-pane"
	Zoom       ID = "zoom"
	Pause      ID = "pause"
	Timestamps ID = "timestamps"
	Mark       ID = "mark"
	Present    ID = "present"
	Timeline   ID = "timeline"
	Cycle      ID = "auto-cycle"
	Wall       ID = "wall"
	Loud       ID = "show-trouble"
	Statistics ID = "statistics"

	Create        ID = "create"
	CreateAnother ID = "create-another"
	Destroy       ID = "destroy"
	DestroyOwn    ID = "destroy-own"
	Attach        ID = "attach"
	Reconnect     ID = "reconnect"
	SwitchChannel ID = "switch-channel"
	SetOutput     ID = "set-output"
	SetInput      ID = "set-input"
	SetQuestion   ID = "set-question"
	ShowRecord    ID = "show-record"
	Diagnosis     ID = "diagnosis"
	Report        ID = "report"
	Alerts        ID = "alerts"
	Messages      ID = "messages"
	Requests      ID = "requests"
	Acknowledge   ID = "acknowledge"
	Mute          ID = "mute"
	NextSession   ID = "next-session"
	PrevSession   ID = "previous-session"
	AllSessions   ID = "all-sessions"
	NextProblem   ID = "next-problem"
	ShowEnded     ID = "show-ended"
	Sort          ID = "sort"
	Pin           ID = "pin"
	Alias         ID = "name-session"
	MuteSession   ID = "mute-session"
	Back          ID = "back"
	GoSessions    ID = "go-to-sessions"
	GoResults     ID = "go-to-results"
	GoLogs        ID = "go-to-logs"
	GoHealth      ID = "go-to-health"
	SwitchSession ID = "switch-session"
	DestroyMine   ID = "destroy-mine"
	Keep          ID = "keep"
	LeaveNow      ID = "leave-now"

	Search       ID = "search"
	SearchNext   ID = "search-next"
	SearchPrev   ID = "search-previous"
	Filter       ID = "filter"
	Unfilter     ID = "unfilter"
	SaveFilter   ID = "save-filter"
	SavedFilters ID = "saved-filters"
	DeleteFilter ID = "delete-filter"
	Context      ID = "context"
	NextNotable  ID = "next-notable"
	PrevNotable  ID = "previous-notable"
	Inspect      ID = "inspect"
	CopyText     ID = "copy-text"
	CopyJSON     ID = "copy-json"
	CopyCurl     ID = "copy-curl"
	Export       ID = "export"
	FoldRepeats  ID = "fold-repeats"
	Wrap         ID = "wrap"
	Toggles      ID = "toggles"
	Toggle       ID = "toggle"
	ShowAll      ID = "show-all"
	NextEvent    ID = "next-event"
	PrevEvent    ID = "previous-event"
	NextPart     ID = "next-part"
	PrevPart     ID = "previous-part"
	Fold         ID = "fold"
	UnfoldAll    ID = "unfold-all"
	FoldAll      ID = "fold-all"

	Taller     ID = "taller"
	Lower      ID = "lower"
	Wider      ID = "wider"
	Narrower   ID = "narrower"
	ResetSizes ID = "reset-sizes"
	Theme      ID = "theme"
	Mouse      ID = "mouse"

	Record    ID = "record"
	Step      ID = "step"
	StepBack  ID = "step-back"
	Forward   ID = "forward"
	Rewind    ID = "rewind"
	Faster    ID = "faster"
	Slower    ID = "slower"
	NextError ID = "next-error"
	PrevError ID = "previous-error"
	Jump      ID = "jump"
)

// Mode is what the screen is doing; it decides what a key means. A Mode is also a set of modes.
type Mode uint32

// The modes, in the order of help.
const (
	Main          Mode = 1 << iota
	PickLens           // choosing a lens to create a session of
	FindSession        // choosing the session to show
	Parameters         // filling in the parameters of a session
	Confirm            // answering yes or no
	ConfirmID          // typing the ID of a session created elsewhere, to destroy it
	Quota              // choosing a session to free its slot
	PaletteMode        // choosing an action by name
	ThemeMode          // choosing how the screen looks
	SavedMode          // choosing a saved filter
	Prompt             // typing a search, a filter or a file
	AttachMode         // typing a session ID
	Leave              // deciding what becomes of one's own sessions
	DiagnosisMode      // why a session is as it is
	InspectMode        // the details of one event
	PresentMode        // one session, large
	HelpMode
	TogglesMode    // which event types and levels a list shows
	RequestsMode   // what lenswatch asked the services
	AlertsMode     // which alert rules fired
	MessagesMode   // what the screen has said
	RecordMode     // everything that the service reports of a session
	TimelineMode   // all sessions over time
	StatisticsMode // what was counted of sessions
	modesEnd
)

// typing are the modes in which characters are text, and not commands.
const typing = SavedMode | PickLens | FindSession | Parameters | ConfirmID | PaletteMode | ThemeMode | Prompt | AttachMode | HelpMode

var modeNames = map[Mode]string{
	Main: "Main", PickLens: "Create a session", FindSession: "Find a session", Parameters: "Session parameters",
	Confirm: "Confirm", ConfirmID: "Destroy someone else's session", Quota: "Session quota reached", PaletteMode: "Command palette", ThemeMode: "Theme", SavedMode: "Saved filters",
	Prompt: "Search and filter", AttachMode: "Attach", Leave: "Quit", DiagnosisMode: "Diagnosis", InspectMode: "Event details",
	PresentMode: "Presentation", TimelineMode: "Timeline", StatisticsMode: "Statistics", HelpMode: "Help", TogglesMode: "Event types and levels", RecordMode: "Session record", AlertsMode: "Alerts", MessagesMode: "Messages", RequestsMode: "Requests",
}

// String is the word for help and documents.
func (m Mode) String() string { return modeNames[m] }

// Modes lists all modes, in order.
func Modes() (out []Mode) {
	for m := Main; m < modesEnd; m <<= 1 {
		out = append(out, m)
	}
	return out
}

// Needs is what must be there for an action, as a set.
type Needs uint8

// The needs.
const (
	Live    Needs = 1 << iota // a live service; a recording has none
	Replay                    // a recording
	Session                   // one session that is shown
	Event                     // a selected event
)
