package ui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/client"
)

// keyCase is what a key does in a mode: before leads to where it is pressed, then want and gone
// tell what the screen has and has no more, and grows that a figure of the model became larger (1)
// or smaller (-1).
type keyCase struct {
	before []string
	want   string
	gone   string
	figure func(*Model) int
	grows  int
	ends   bool // the program ends
}

// reach are the keys that lead from the main screen to a mode.
var reach = map[Mode][]string{
	ModeMain:      nil,
	ModePicker:    {"c"},
	ModeSwitch:    {"s"},
	ModeForm:      {"c", "form", "enter"},
	ModeConfirm:   {"c", "mach", "enter", "d"},
	ModeConfirmID: {"]", "d"},
	ModeQuota:     {"c", "full", "enter"},
	ModePalette:   {":"},
	ModePrompt:    {"/"},
	ModeAttach:    {"a"},
	ModeLeave:     {"c", "mach", "enter", "q"},
	ModeDiagnosis: {"]", "i"},
	ModePresent:   {"]", "P"},
	ModeInspect:   {"tab", "k", "enter"},
	ModeHelp:      {"?"},
	ModeToggles:   {"tab", "v"},
}

func selection(m *Model) int { return m.list().index() }
func focus(m *Model) int     { return int(m.focus) }
func paneHeight(m *Model) int {
	return m.layout.Panes[m.focus].H
}
func paneWidth(m *Model) int { return m.layout.Panes[m.focus].W }

// chosen is the place of what is chosen in the picker or the palette, or of the field of a form.
func chosen(m *Model) int {
	switch d := m.dialog.(type) {
	case *picker:
		return d.at
	case *palette:
		return d.at
	case *form:
		return d.at
	case *quota:
		return d.index(d.holders())
	case *switcher:
		return d.at
	case *toggles:
		return d.at
	}
	return -1
}

func scrolled(m *Model) int {
	switch d := m.dialog.(type) {
	case *help:
		return d.top
	case *diagnosis:
		return d.top
	}
	return -1
}

func rowCount(m *Model) int { return m.list().rows.len() }
func slid(m *Model) int     { return m.list().x }

// inspected is the place in the history of the event that is looked into.
func inspected(m *Model) int { return int(m.dialog.(*inspector).entry.Seq) }

// inJSON is the selected row of the inspector's JSON.
func inJSON(m *Model) int { return m.dialog.(*inspector).tree().cursor }

var keyCases = map[Mode]map[Action]keyCase{
	ModeMain: {
		ActCreate:        {want: "Create a session"},
		ActDestroy:       {before: []string{"]"}, want: "Destroy this session?"},
		ActAttach:        {want: "Attach to a session"},
		ActReconnect:     {before: []string{"]"}, want: "Reconnecting to Activity Monitor"},
		ActSwitchChannel: {before: []string{"]"}, want: "Reading the mailbox channel"},
		ActDiagnosis:     {want: "Diagnosis · "},
		ActNextPane:      {figure: focus, grows: 1},
		ActPrevPane:      {before: []string{"tab"}, figure: focus, grows: -1},
		ActUp:            {before: []string{"tab"}, figure: selection, grows: -1},
		ActDown:          {before: []string{"tab", "up", "up"}, figure: selection, grows: 1},
		ActPageUp:        {before: []string{"tab"}, figure: selection, grows: -1},
		ActPageDown:      {before: []string{"tab", "g"}, figure: selection, grows: 1},
		ActTop:           {before: []string{"tab"}, figure: selection, grows: -1},
		ActBottom:        {before: []string{"tab", "g"}, figure: selection, grows: 1},
		ActNextSession:   {want: "Results · Activity Monitor 0001"},
		ActPrevSession:   {before: []string{"]", "]"}, want: "Results · Activity Monitor 0001"},
		ActAllSessions:   {before: []string{"]"}, want: "Results · all sessions"},
		ActPause:         {want: "paused"},
		ActZoom:          {before: []string{"tab"}, gone: "all sessions, merged"},
		ActSearch:        {want: " Search results "},
		ActSearchNext:    {before: []string{"tab", "/", "scene 0", "enter", "N", "N"}, figure: selection, grows: 1},
		ActSearchPrev:    {before: []string{"tab", "/", "scene 0", "enter"}, figure: selection, grows: -1},
		ActFilter:        {want: " Filter results "},
		ActClearFilters:  {before: []string{"tab", "f", "scene 1", "enter"}, gone: "[scene 1]"},
		ActNextNotable:   {before: []string{"tab", "g"}, figure: selection, grows: 1},
		ActPrevNotable:   {before: []string{"tab"}, figure: selection, grows: -1},
		ActInspect:       {before: []string{"tab", "k"}, want: "Event · "},
		ActStamps:        {want: "Timestamps: "},
		ActMark:          {want: "Marked "},
		ActCopyText:      {before: []string{"tab"}, want: "Copied the text"},
		ActCopyJSON:      {before: []string{"tab"}, want: "Copied the payload"},
		ActCopyCurl:      {before: []string{"]"}, want: "Copied the curl command"},
		ActExport:        {before: []string{"tab"}, want: "Export"},
		ActToggles:       {before: []string{"tab"}, want: "what is shown"},
		ActFoldRepeats:   {before: []string{"tab"}, figure: rowCount, grows: 1},
		ActWrap:          {before: []string{"tab"}, want: "one line each"},
		ActLeft:          {before: []string{"tab", "w", ">"}, figure: slid, grows: -1},
		ActRight:         {before: []string{"tab", "w"}, figure: slid, grows: 1},
		ActGrowHeight:    {before: []string{"tab"}, figure: paneHeight, grows: 1},
		ActShrinkHeight:  {before: []string{"tab"}, figure: paneHeight, grows: -1},
		ActGrowWidth:     {before: []string{"tab"}, figure: paneWidth, grows: 1},
		ActShrinkWidth:   {before: []string{"tab"}, figure: paneWidth, grows: -1},
		ActResetSizes:    {before: []string{"tab", "+", "+"}, figure: paneHeight, grows: -1},
		ActTheme:         {want: "Colours: "},
		ActSwitch:        {want: "Go to a session"},
		ActRecord:        {want: "Record to"},
		ActStep:          {want: "for recordings"},
		ActStepBack:      {want: "for recordings"},
		ActForward:       {want: "for recordings"},
		ActRewind:        {want: "for recordings"},
		ActFaster:        {want: "for recordings"},
		ActSlower:        {want: "for recordings"},
		ActNextError:     {want: "for recordings"},
		ActPrevError:     {want: "for recordings"},
		ActJump:          {want: "for recordings"},
		ActMouse:         {want: "Mouse off"},
		ActPalette:       {want: "what to do"},
		ActPresent:       {want: "LIVE"},
		ActHelp:          {want: "type to narrow down"},
		ActQuit:          {ends: true},
		ActInterrupt:     {ends: true},
		ActSuspend:       {want: "Resumed"},
		ActDestroyOwn:    {before: []string{"c", "mach", "enter"}, want: "Destroy all of your own sessions?"},
	},
	ModePicker: {
		ActUp:     {before: []string{"down"}, figure: chosen, grows: -1},
		ActDown:   {figure: chosen, grows: 1},
		ActChoose: {want: "Created Activity Monitor"},
		ActCancel: {gone: "Create a session"},
	},
	ModeSwitch: {
		ActUp:     {before: []string{"down"}, figure: chosen, grows: -1},
		ActDown:   {figure: chosen, grows: 1},
		ActChoose: {before: []string{"machine"}, want: "Results · Machine State 0002"},
		ActCancel: {gone: "Go to a session"},
	},
	ModeForm: {
		ActUp:     {before: []string{"down"}, figure: chosen, grows: -1},
		ActDown:   {figure: chosen, grows: 1},
		ActChoose: {before: []string{"down"}, want: "Created Lens with a form"},
		ActCancel: {gone: "Create: Lens with a form"},
	},
	ModeConfirm: {
		ActYes: {want: "Destroyed Machine State"},
		ActNo:  {gone: "Destroy this session?"},
	},
	ModeConfirmID: {
		ActChoose: {before: []string{"0001"}, want: "Destroyed Activity Monitor"},
		ActCancel: {gone: "Destroy this session?"},
	},
	ModeQuota: {
		ActUp:      {before: []string{"down"}, figure: chosen, grows: -1},
		ActDown:    {figure: chosen, grows: 1},
		ActDestroy: {want: "Destroy this session?"},
		ActCancel:  {gone: "The quota is full"},
	},
	ModePalette: {
		ActUp:     {before: []string{"down"}, figure: chosen, grows: -1},
		ActDown:   {figure: chosen, grows: 1},
		ActChoose: {before: []string{"mark this"}, want: "Marked "},
		ActCancel: {gone: "what to do"},
	},
	ModePrompt: {
		ActChoose: {before: []string{"scene 0"}, want: "/scene 0"},
		ActCancel: {gone: " Search results "},
	},
	ModeAttach: {
		ActChoose: {want: "an id is needed"},
		ActCancel: {gone: "Attach to a session"},
	},
	ModeLeave: {
		ActDestroyMine: {ends: true},
		ActKeep:        {ends: true},
		ActLeaveNow:    {ends: true},
		ActCancel:      {gone: "still open"},
	},
	ModeDiagnosis: {
		ActUp:            {before: []string{"r", "r", "r", "r", "j", "j"}, figure: scrolled, grows: -1},
		ActDown:          {before: []string{"r", "r", "r", "r"}, figure: scrolled, grows: 1},
		ActPageUp:        {before: []string{"r", "r", "r", "r", "pgdown"}, figure: scrolled, grows: -1},
		ActPageDown:      {before: []string{"r", "r", "r", "r"}, figure: scrolled, grows: 1},
		ActNextSession:   {want: "Diagnosis · Machine State 0002"},
		ActPrevSession:   {before: []string{"]"}, want: "Diagnosis · Activity Monitor 0001"},
		ActReconnect:     {want: "Reconnecting to Activity Monitor"},
		ActSwitchChannel: {want: "Reading the mailbox channel"},
		ActCreate:        {want: "Create a session"},
		ActDestroy:       {want: "Destroy this session?"},
		ActHelp:          {want: "type to narrow down"},
		ActCancel:        {gone: "Diagnosis · "},
	},
	ModePresent: {
		ActNextSession: {want: "Machine State 0002"},
		ActPrevSession: {before: []string{"]"}, want: "Activity Monitor 0001"},
		ActHelp:        {want: "type to narrow down"},
		ActCancel:      {want: "all sessions, merged"},
	},
	ModeInspect: {
		ActUp:        {before: []string{"tab", "down", "down"}, figure: inJSON, grows: -1},
		ActDown:      {before: []string{"tab"}, figure: inJSON, grows: 1},
		ActPageUp:    {before: []string{"tab", "E", "G"}, figure: inJSON, grows: -1},
		ActPageDown:  {before: []string{"tab", "E"}, figure: inJSON, grows: 1},
		ActTop:       {before: []string{"tab", "E", "G"}, figure: inJSON, grows: -1},
		ActBottom:    {before: []string{"tab", "E"}, figure: inJSON, grows: 1},
		ActNextEvent: {before: []string{"k", "k"}, figure: inspected, grows: 1},
		ActPrevEvent: {figure: inspected, grows: -1},
		ActNextPart:  {want: `"numbers"`},
		ActPrevPart:  {want: "000000"},
		ActFold:      {before: []string{"tab", "g"}, want: "{ 2 members }"},
		ActUnfoldAll: {before: []string{"tab"}, gone: "[ 40 numbers ]"},
		ActFoldAll:   {before: []string{"tab", "E"}, want: "[ 40 numbers ]"},
		ActCopyText:  {want: "Copied the text"},
		ActCopyJSON:  {want: "Copied the payload"},
		ActHelp:      {want: "type to narrow down"},
		ActCancel:    {gone: "Event · "},
	},
	ModeToggles: {
		ActUp:      {before: []string{"down"}, figure: chosen, grows: -1},
		ActDown:    {figure: chosen, grows: 1},
		ActToggle:  {want: "[ ] results"},
		ActShowAll: {before: []string{"space"}, gone: "[ ] results"},
		ActCancel:  {gone: "what is shown"},
	},
	ModeHelp: {
		ActUp:       {before: []string{"down", "down"}, figure: scrolled, grows: -1},
		ActDown:     {figure: scrolled, grows: 1},
		ActPageUp:   {before: []string{"pgdown"}, figure: scrolled, grows: -1},
		ActPageDown: {figure: scrolled, grows: 1},
		ActCancel:   {gone: "type to narrow down"},
	},
}

// keyStage is a screen with everything on it that a key may be about.
func keyStage(t *testing.T) *terminal {
	f := newFake()
	f.lenses = append(f.lenses, client.Lens{Service: "fake", ID: "lns-form", Name: "Lens with a form", Fields: []client.Field{{Name: "one", Label: "One"}, {Name: "two", Label: "Two"}}},
		client.Lens{Service: "fake", ID: fullLens, Name: "Full lens"})
	f.add("lsn-one-0001", "lns-activity")
	f.add("lsn-two-0002", "lns-machine")
	x := start(t, display{w: 120, h: 22}, Options{Title: "test"}, curled{f})
	raw := `{"numbers":[` + strings.TrimSuffix(strings.Repeat("0,", 39), ",") + `,39],"more":{"a":1}}`
	for i := range 30 {
		label := "normal"
		if i%10 == 9 {
			label = "worn"
		}
		f.sayRaw("lsn-two-0002", label, raw)
		f.sayRaw("lsn-one-0001", fmt.Sprintf("scene %02d ", i)+strings.Repeat("and more of it ", 20), raw)
	}
	x.pass(time.Second)
	return x
}

// curled is a fake whose streams curl can read.
type curled struct{ *fake }

func (c curled) Curl(id string) string { return "curl -N " + c.Endpoint() + "/" + id }

// sayRaw is say, with a payload; the text is a label if it is one word.
func (f *fake) sayRaw(id, text, raw string) {
	f.mu.Lock()
	c := f.reportedRaw[id]
	f.mu.Unlock()
	ev := client.Event{Service: "fake", Session: id, Kind: client.KindResult, Wire: "inference.result", Text: text, Received: time.Now(), Raw: []byte(raw)}
	if !strings.Contains(text, " ") {
		ev.Result = &client.Result{Label: text, Scores: []client.Score{{Label: text, Value: 1}}, Unit: client.UnitFraction}
	}
	c <- ev
}

// Every key of every mode does what its row says: the table of keys in the README is made of the same
// bindings.
func TestEveryKey(t *testing.T) {
	for _, b := range DefaultKeyMap().bindings {
		c, ok := keyCases[b.Mode][b.Action]
		if !ok {
			t.Errorf("%v: %q has no row here", b.Mode, b.Help().Desc)
			continue
		}
		for _, k := range b.Keys() {
			t.Run(fmt.Sprintf("%v/%s", b.Mode, k), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { c.check(t, keyStage(t), b.Mode, k) })
			})
		}
	}
}

func (c keyCase) check(t *testing.T, x *terminal, m Mode, key string) {
	x.press(reach[m]...)
	x.press(c.before...)
	if got := x.model.mode(); got != m {
		t.Fatalf("the screen is in mode %v:\n%s", got, x.screen())
	}
	was := 0
	if c.figure != nil {
		was = c.figure(x.model)
	} else if c.want != "" && !c.ends {
		x.wantNot(c.want)
	} else if c.gone != "" {
		x.want(c.gone)
	}
	x.press(key)
	switch {
	case c.ends:
		_ = x.exited()
	case c.figure != nil:
		if is := c.figure(x.model); (is-was)*c.grows <= 0 {
			t.Errorf("%d became %d:\n%s", was, is, x.screen())
		}
	case c.want != "":
		x.pass(time.Second)
		x.want(c.want)
	default:
		x.wantNot(c.gone)
	}
}
