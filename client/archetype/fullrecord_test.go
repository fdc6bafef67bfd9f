package archetype

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"lenswatch/client/rest"
	"lenswatch/client/simulator"
)

// documentedFields are the members that a page's "Response" section lists, a name and below it a type.
var documentedFields = regexp.MustCompile(`(?m)^([a-z_]+)\n(?:string|float|integer|object|array)$`)

// Every member that the vendor's pages name has a place in the record, but for the API key that must not be shown and
// the errors of a request that failed.
func TestEveryDocumentedFieldHasAPlace(t *testing.T) {
	for _, page := range []string{"create-session", "destroy-session"} {
		text := document(t, page)
		_, response, ok := strings.Cut(text, "\nResponse\n")
		if !ok {
			t.Fatalf("%s: no section Response", page)
		}
		names := map[string]bool{}
		for _, m := range documentedFields.FindAllStringSubmatch(response, -1) {
			names[m[1]] = true
		}
		for _, sample := range objects(t, text) {
			var members map[string]json.RawMessage
			if err := json.Unmarshal([]byte(sample), &members); err != nil {
				t.Fatal(err)
			}
			for name := range members {
				names[name] = true
			}
		}
		if len(names) < 7 {
			t.Fatalf("%s: only %v found", page, names)
		}
		for name := range names {
			known := slices.ContainsFunc(recordFields, func(f rest.RecordField) bool { return f.Name == name })
			if !known && name != "api_key" && name != "errors" {
				t.Errorf("%s: %s has no place", page, name)
			}
		}
	}
}

func TestARecordIsWholeAndWithoutItsKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := simulate(t, simulator.Config{})
		id := open(t, s, simulator.LensActivityMonitor)
		r, err := s.Record(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(r.Raw), simulator.DefaultKey) || strings.Contains(string(r.Raw), "api_key") {
			t.Errorf("the key is in %s", r.Raw)
		}
		values := map[string]string{}
		for _, f := range r.Fields {
			values[f.Name] = f.Value
		}
		if values["session_id"] != id || values["session_destroyed_timestamp"] != rest.Nothing || values["session_duration_sec"] == "" || values["session_ttl_sec"] != "1 d" {
			t.Errorf("%v", values)
		}
	})
}

// A record that holds what nobody knows shows it all the same, and cleans it.
func TestUnknownMembersOfARecordAreShown(t *testing.T) {
	members, ok := recordMembers([]byte(`{"session_id":"lsn-1","new\u001b[31m":"a\u001bb","api_key":"k"}`))
	if !ok {
		t.Fatal("not taken for a record")
	}
	fields := rest.RecordFields(members, recordFields)
	last := fields[len(fields)-1]
	if last.Group != "other" || strings.ContainsRune(last.Name+last.Value, '\x1b') {
		t.Errorf("%+v", last)
	}
}
