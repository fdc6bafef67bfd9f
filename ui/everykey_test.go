package ui

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lenswatch/ui/action"
)

// keyCase is what a key does in a mode: before leads to where it is pressed, then want and gone
// are what the screen has and has no more, and grows that a figure of the model became larger (1)
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
var reach = map[action.Mode][]string{
	action.Main:           nil,
	action.PickLens:       {"c"},
	action.FindSession:    {"s"},
	action.Parameters:     {"c", "form", "enter"},
	action.Confirm:        {"c", "mach", "enter", "d"},
	action.ConfirmID:      {"]", "d"},
	action.Quota:          {"c", "full", "enter"},
	action.PaletteMode:    {":"},
	action.ThemeMode:      {"T"},
	action.Prompt:         {"tab", "/"},
	action.AttachMode:     {"a"},
	action.Leave:          {"c", "mach", "enter", "q"},
	action.DiagnosisMode:  {"]", "i"},
	action.PresentMode:    {"]", "P"},
	action.InspectMode:    {"tab", "k", "enter"},
	action.HelpMode:       {"?"},
	action.TogglesMode:    {"tab", "v"},
	action.AlertsMode:     {"B"},
	action.RequestsMode:   {"U"},
	action.MessagesMode:   {"tab", "w", "w", "t", "w", "w", "t", "w", "w", "t", "w", "w", "t", "w", "w", "t", "w", "w", "t", "w", "w", "t", "w", "w", "t", ";"},
	action.RecordMode:     {"]", "V"},
	action.TimelineMode:   {"5"},
	action.StatisticsMode: {"6"},
	action.SavedMode:      {"tab", "f", "normal", "enter", "\"", "one", "enter", "F", "f", "worn", "enter", "\"", "two", "enter", "F", "'"},
}

var keyCases = map[action.Mode]map[action.ID]keyCase{
	action.Main: {
		action.Create:        {want: "Create a session"},
		action.CreateAnother: {before: []string{"]"}, want: "Create: Activity Monitor, like Activity Monitor 0001"},
		action.ShowRecord:    {before: []string{"]"}, want: "Record · Activity Monitor 0001"},
		action.SetOutput:     {before: []string{"]"}, want: "have no output to set"},
		action.SetInput:      {before: []string{"]"}, want: "have no input to set"},
		action.SetQuestion:   {before: []string{"]"}, want: "have no question to change"},
		action.Destroy:       {before: []string{"]"}, want: "Destroy this session?"},
		action.Attach:        {want: "Attach to a session"},
		action.Reconnect:     {before: []string{"]"}, want: "Reconnecting to Activity Monitor"},
		action.SwitchChannel: {before: []string{"]"}, want: "Switched to the mailbox."},
		action.Diagnosis:     {want: "Diagnosis · "},
		action.Report:        {before: []string{"]"}, want: "Copied the report"},
		action.Requests:      {want: "Activity Moni… 0001 POST /lens/sessions/events/process"},
		action.Alerts:        {want: "1 firing"},
		action.Messages:      {before: []string{"t"}, want: " Messages ─"},
		action.NextPane:      {figure: focus, grows: 1},
		action.PrevPane:      {before: []string{"tab"}, figure: focus, grows: -1},
		action.Up:            {before: []string{"tab"}, figure: selection, grows: -1},
		action.Down:          {before: []string{"tab", "up", "up"}, figure: selection, grows: 1},
		action.PageUp:        {before: []string{"tab"}, figure: selection, grows: -1},
		action.PageDown:      {before: []string{"tab", "g"}, figure: selection, grows: 1},
		action.Top:           {before: []string{"tab"}, figure: selection, grows: -1},
		action.Bottom:        {before: []string{"tab", "g"}, figure: selection, grows: 1},
		action.NextSession:   {want: "Results · Activity Monitor 0001"},
		action.PrevSession:   {before: []string{"]", "]"}, want: "Results · Activity Monitor 0001"},
		action.AllSessions:   {before: []string{"]"}, want: "Results · all sessions"},
		action.NextProblem:   {want: "No session needs attention."},
		action.ShowEnded:     {want: "No session has ended."},
		action.GoSessions:    {before: []string{"tab"}, figure: focus, grows: -1},
		action.GoResults:     {figure: focus, grows: 1},
		action.GoLogs:        {figure: focus, grows: 1},
		action.GoHealth:      {figure: focus, grows: 1},
		action.Back:          {before: []string{"]"}, want: "Results · all sessions"},
		action.Pause:         {want: "paused"},
		action.Zoom:          {before: []string{"tab"}, gone: "All sessions"},
		action.Search:        {before: []string{"tab"}, want: " Search results"},
		action.Sort:          {want: "Sorted by name"},
		action.Pin:           {before: []string{"]"}, want: "Pinned Activity Monitor 0001"},
		action.Alias:         {before: []string{"]"}, want: "Rename Activity Monitor 0001"},
		action.MuteSession:   {before: []string{"]"}, want: "Muted Activity Monitor 0001"},
		action.SearchNext:    {before: []string{"tab", "/", "scene 0", "enter", "N", "N"}, figure: selection, grows: 1},
		action.SearchPrev:    {before: []string{"tab", "/", "scene 0", "enter"}, figure: selection, grows: -1},
		action.Filter:        {want: " Filter results"},
		action.SaveFilter:    {before: []string{"tab", "f", "normal", "enter"}, want: "Save filter as"},
		action.SavedFilters:  {want: "No saved filters."},
		action.Context:       {before: []string{"tab", "f", "scene 1", "enter", "k"}, want: "Showing context around matches."},
		action.Unfilter:      {before: []string{"tab", "f", "scene 1", "enter"}, gone: "[scene 1]"},
		action.NextNotable:   {before: []string{"tab", "g"}, figure: selection, grows: 1},
		action.PrevNotable:   {before: []string{"tab"}, figure: selection, grows: -1},
		action.Inspect:       {before: []string{"tab", "k"}, want: "Event · "},
		action.Timestamps:    {want: "Timestamps: "},
		action.Mark:          {want: "Name the mark at "},
		action.CopyText:      {before: []string{"tab"}, want: "Copied the text"},
		action.CopyJSON:      {before: []string{"tab"}, want: "Copied the payload"},
		action.CopyCurl:      {before: []string{"]"}, want: "Copied the curl command"},
		action.Export:        {before: []string{"tab"}, want: "Export"},
		action.Toggles:       {before: []string{"tab"}, want: "Show in Results"},
		action.FoldRepeats:   {before: []string{"tab"}, want: "Showing every result."},
		action.Wrap:          {before: []string{"tab"}, want: "one line per event"},
		action.Left:          {before: []string{"tab", "w", ">"}, figure: slid, grows: -1},
		action.Right:         {before: []string{"tab", "w"}, figure: slid, grows: 1},
		action.Taller:        {before: []string{"tab"}, figure: paneHeight, grows: 1},
		action.Lower:         {before: []string{"tab"}, figure: paneHeight, grows: -1},
		action.Wider:         {before: []string{"tab"}, figure: paneWidth, grows: 1},
		action.Narrower:      {before: []string{"tab"}, figure: paneWidth, grows: -1},
		action.ResetSizes:    {before: []string{"tab", "+", "+"}, figure: paneHeight, grows: -1},
		action.Theme:         {want: "follows the terminal"},
		action.SwitchSession: {want: "Find a session"},
		action.Record:        {want: "Record to"},
		action.Step:          {want: "while replaying"},
		action.StepBack:      {want: "while replaying"},
		action.Forward:       {want: "while replaying"},
		action.Rewind:        {want: "while replaying"},
		action.Faster:        {want: "while replaying"},
		action.Slower:        {want: "while replaying"},
		action.NextError:     {want: "while replaying"},
		action.PrevError:     {want: "while replaying"},
		action.Jump:          {want: "while replaying"},
		action.Mouse:         {want: "Mouse off"},
		action.Palette:       {want: "type a command"},
		action.Timeline:      {want: "Timeline · "},
		action.Statistics:    {want: "Statistics · "},
		action.Present:       {want: "live, last result"},
		action.Help:          {want: "type to filter"},
		action.Quit:          {ends: true},
		action.Interrupt:     {ends: true},
		action.Suspend:       {want: "Resumed"},
		action.DestroyOwn:    {before: []string{"c", "mach", "enter"}, want: "Destroy your sessions?"},
	},
	action.PickLens: {
		action.Up:     {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:   {figure: chosen, grows: 1},
		action.Choose: {want: "Created Activity Monitor"},
		action.Cancel: {gone: "Create a session"},
	},
	action.FindSession: {
		action.Up:     {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:   {figure: chosen, grows: 1},
		action.Choose: {before: []string{"machine"}, want: "Results · Machine State 0002"},
		action.Cancel: {gone: "Find a session"},
	},
	action.Parameters: {
		action.Up:        {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:      {figure: chosen, grows: 1},
		action.PrevField: {before: []string{"down"}, figure: chosen, grows: -1},
		action.NextField: {figure: chosen, grows: 1},
		action.Choose:    {before: []string{"down"}, want: "Created Lens with a form"},
		action.Cancel:    {gone: "Create: Lens with a form"},
	},
	action.Confirm: {
		action.Yes: {want: "Destroyed Machine State"},
		action.No:  {gone: "Destroy this session?"},
	},
	action.ConfirmID: {
		action.Choose: {before: []string{"0001"}, want: "Destroyed Activity Monitor"},
		action.Cancel: {gone: "Destroy this session?"},
	},
	action.Quota: {
		action.Up:      {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:    {figure: chosen, grows: 1},
		action.Destroy: {want: "Destroy this session?"},
		action.Cancel:  {gone: "Session quota reached"},
	},
	action.PaletteMode: {
		action.Up:     {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:   {figure: chosen, grows: 1},
		action.Choose: {before: []string{"time mark"}, want: "Name the mark at "},
		action.Cancel: {gone: "type a command"},
	},
	action.ThemeMode: {
		action.Up:     {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:   {figure: chosen, grows: 1},
		action.Choose: {before: []string{"nord"}, want: "Theme: nord."},
		action.Cancel: {gone: "follows the terminal"},
	},
	action.Prompt: {
		action.Up:     {before: []string{"scene 0", "enter", "/"}, want: "Search results: scene 0"},
		action.Down:   {before: []string{"scene 0", "enter", "/", "draft", "up"}, want: "Search results: draft"},
		action.Choose: {before: []string{"scene 0"}, want: "/scene 0"},
		action.Cancel: {gone: " Search results"},
	},
	action.AttachMode: {
		action.Choose: {want: "is required"},
		action.Cancel: {gone: "Attach to a session"},
	},
	action.Leave: {
		action.DestroyMine: {ends: true},
		action.Keep:        {ends: true},
		action.LeaveNow:    {ends: true},
		action.Cancel:      {gone: "still running"},
	},
	action.DiagnosisMode: {
		action.NextProblem:   {want: "No session needs attention."},
		action.Report:        {want: "Copied the report"},
		action.MuteSession:   {want: "Muted Activity Monitor 0001"},
		action.Up:            {before: []string{"r", "r", "r", "r", "j", "j"}, figure: scrolled, grows: -1},
		action.Down:          {before: []string{"r", "r", "r", "r"}, figure: scrolled, grows: 1},
		action.PageUp:        {before: []string{"r", "r", "r", "r", "pgdown"}, figure: scrolled, grows: -1},
		action.PageDown:      {before: []string{"r", "r", "r", "r"}, figure: scrolled, grows: 1},
		action.NextSession:   {want: "Diagnosis · Machine State 0002"},
		action.PrevSession:   {before: []string{"]"}, want: "Diagnosis · Activity Monitor 0001"},
		action.Reconnect:     {want: "Reconnecting to Activity Monitor"},
		action.SwitchChannel: {want: "Switched to the mailbox."},
		action.CreateAnother: {want: "Create: Activity Monitor, like Activity Monitor 0001"},
		action.ShowRecord:    {want: "Record · Activity Monitor 0001"},
		action.SetOutput:     {want: "have no output to set"},
		action.SetInput:      {want: "have no input to set"},
		action.SetQuestion:   {want: "have no question to change"},
		action.Create:        {want: "Create a session"},
		action.Destroy:       {want: "Destroy this session?"},
		action.Help:          {want: "type to filter"},
		action.Cancel:        {gone: "Diagnosis · "},
	},
	action.PresentMode: {
		action.NextSession: {want: "Machine State 0002"},
		action.PrevSession: {before: []string{"]"}, want: "Activity Monitor 0001"},
		action.Cycle:       {want: "Cycling every 10 s"},
		action.Wall:        {want: "Machine State 0002"},
		action.Loud:        {before: []string{"!"}, want: "Diagnosis hidden."},
		action.Pin:         {want: "Pinned Activity Monitor 0001"},
		action.Help:        {want: "type to filter"},
		action.Cancel:      {want: "All sessions"},
	},
	action.InspectMode: {
		action.CopyCurl:  {want: "Copied the curl command"},
		action.Up:        {before: []string{"tab", "down", "down"}, figure: inJSON, grows: -1},
		action.Down:      {before: []string{"tab"}, figure: inJSON, grows: 1},
		action.PageUp:    {before: []string{"tab", "E", "G"}, figure: inJSON, grows: -1},
		action.PageDown:  {before: []string{"tab", "E"}, figure: inJSON, grows: 1},
		action.Top:       {before: []string{"tab", "E", "G"}, figure: inJSON, grows: -1},
		action.Bottom:    {before: []string{"tab", "E"}, figure: inJSON, grows: 1},
		action.NextEvent: {before: []string{"k", "k"}, figure: selection, grows: 1},
		action.PrevEvent: {figure: selection, grows: -1},
		action.NextPart:  {want: `"numbers"`},
		action.PrevPart:  {want: "000000"},
		action.Fold:      {before: []string{"tab", "g"}, want: "{ 2 members }"},
		action.UnfoldAll: {before: []string{"tab"}, gone: "[ 40 numbers ]"},
		action.FoldAll:   {before: []string{"tab", "E"}, want: "[ 40 numbers ]"},
		action.CopyText:  {want: "Copied the text"},
		action.CopyJSON:  {want: "Copied the payload"},
		action.Help:      {want: "type to filter"},
		action.Cancel:    {gone: "Event · "},
	},
	action.RecordMode: {
		action.Up:       {before: []string{"down", "down"}, figure: scrolled, grows: -1},
		action.Down:     {figure: scrolled, grows: 1},
		action.PageUp:   {before: []string{"pgdown"}, figure: scrolled, grows: -1},
		action.PageDown: {figure: scrolled, grows: 1},
		action.Top:      {before: []string{"G"}, figure: scrolled, grows: -1},
		action.Bottom:   {figure: scrolled, grows: 1},
		action.NextPart: {figure: func(m *Model) int { return strings.Index(m.dialog.View(m.c).Lines[0], m.c.Selected.Render(" JSON ")) }, grows: 1},
		action.Fold:     {before: []string{"tab"}, want: "members }"},
		action.CopyJSON: {want: "Copied the record"},
		action.Help:     {want: "type to filter"},
		action.Cancel:   {gone: "Record · "},
	},
	action.SavedMode: {
		action.Up:           {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:         {figure: chosen, grows: 1},
		action.Choose:       {want: "[normal] follow"},
		action.DeleteFilter: {want: "Deleted the saved filter one."},
		action.Cancel:       {gone: "Saved filters"},
	},
	action.StatisticsMode: {
		action.Help:        {want: "type to filter"},
		action.Up:          {before: []string{"[", "down"}, figure: scrolled, grows: -1},
		action.Down:        {before: []string{"["}, figure: scrolled, grows: 1},
		action.PageUp:      {before: []string{"[", "pgdown"}, figure: scrolled, grows: -1},
		action.PageDown:    {before: []string{"["}, figure: scrolled, grows: 1},
		action.Choose:      {want: "Statistics · Activity Monitor 0001"},
		action.NextSession: {want: "Statistics · Activity Monitor 0001"},
		action.PrevSession: {want: "Statistics · Machine State 0002"},
		action.AllSessions: {before: []string{"]"}, want: "Statistics · all sessions"},
		action.Cancel:      {gone: "Statistics · "},
	},
	action.TimelineMode: {
		action.Up:          {before: []string{"down"}, figure: laneOf, grows: -1},
		action.Down:        {figure: laneOf, grows: 1},
		action.PageUp:      {before: []string{"down"}, figure: laneOf, grows: -1},
		action.PageDown:    {figure: laneOf, grows: 1},
		action.Left:        {figure: momentOf, grows: -1},
		action.Right:       {before: []string{"left", "left"}, figure: momentOf, grows: 1},
		action.PrevPart:    {figure: momentOf, grows: -1},
		action.NextPart:    {before: []string{"left", "left"}, figure: momentOf, grows: 1},
		action.Top:         {figure: momentOf, grows: -1},
		action.Bottom:      {before: []string{"left", "left"}, figure: momentOf, grows: 1},
		action.NextNotable: {before: []string{"down", "left", "left", "left"}, figure: momentOf, grows: 1},
		action.PrevNotable: {before: []string{"down"}, figure: momentOf, grows: -1},
		action.Wider:       {figure: spanOf, grows: 1},
		action.Narrower:    {before: []string{"-"}, figure: spanOf, grows: -1},
		action.Choose:      {gone: "Timeline · "},
		action.Pause:       {want: "while replaying"},
		action.Step:        {want: "while replaying"},
		action.StepBack:    {want: "while replaying"},
		action.Forward:     {want: "while replaying"},
		action.Rewind:      {want: "while replaying"},
		action.Faster:      {want: "while replaying"},
		action.Slower:      {want: "while replaying"},
		action.NextError:   {want: "while replaying"},
		action.PrevError:   {want: "while replaying"},
		action.Jump:        {want: "while replaying"},
		action.Help:        {want: "type to filter"},
		action.Cancel:      {gone: "Timeline · "},
	},
	action.MessagesMode: {
		action.Help:   {want: "type to filter"},
		action.Up:     {before: []string{"down"}, figure: scrolled, grows: -1},
		action.Down:   {figure: scrolled, grows: 1},
		action.Cancel: {gone: " Messages "},
	},
	action.RequestsMode: {
		action.Help:   {want: "type to filter"},
		action.Up:     {before: []string{"down"}, figure: scrolled, grows: -1},
		action.Down:   {figure: scrolled, grows: 1},
		action.Cancel: {gone: "Requests by lenswatch"},
	},
	action.AlertsMode: {
		action.Help:        {want: "type to filter"},
		action.Up:          {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:        {figure: chosen, grows: 1},
		action.Acknowledge: {before: []string{"down"}, want: "1 firing (1 acknowledged)"},
		action.Mute:        {want: "Muted worn"},
		action.Choose:      {gone: "Alerts · "},
		action.Cancel:      {gone: "Alerts · "},
	},
	action.TogglesMode: {
		action.Up:      {before: []string{"down"}, figure: chosen, grows: -1},
		action.Down:    {figure: chosen, grows: 1},
		action.Toggle:  {want: "[ ] results"},
		action.ShowAll: {before: []string{"space"}, gone: "[ ] results"},
		action.Cancel:  {gone: "Show in Results"},
	},
	action.HelpMode: {
		action.Up:       {before: []string{"down", "down"}, figure: scrolled, grows: -1},
		action.Down:     {figure: scrolled, grows: 1},
		action.PageUp:   {before: []string{"pgdown"}, figure: scrolled, grows: -1},
		action.PageDown: {figure: scrolled, grows: 1},
		action.Cancel:   {gone: "type to filter"},
	},
}

// Every key of every mode does what its row says: the table of keys in the README is made of the same
// bindings.
func TestEveryKey(t *testing.T) {
	for _, b := range DefaultKeys().All() {
		c, ok := keyCases[b.Mode][b.ID]
		if !ok {
			t.Errorf("%v: %q has no row here", b.Mode, b.Help)
			continue
		}
		for _, k := range b.Keys {
			t.Run(fmt.Sprintf("%v/%s", b.Mode, k), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { c.check(t, keyStage(t), b.Mode, k) })
			})
		}
	}
}

func (c keyCase) check(t *testing.T, x *terminal, m action.Mode, key string) {
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
