package agenthuman

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lenswatch/client/rest"
)

// Every member of the session in the vendor's page has a place in the record.
func TestEveryDocumentedFieldHasAPlace(t *testing.T) {
	b, err := os.ReadFile("../archetype/testdata/seeds/agenthuman-end-session.txt")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, sample := range regexp.MustCompile(`(?s)"session": (\{.*?\})`).FindAllStringSubmatch(string(b), -1) {
		var members map[string]any
		if err := json.Unmarshal([]byte(sample[1]), &members); err != nil {
			t.Fatal(err)
		}
		for name := range members {
			found++
			if !slices.ContainsFunc(recordFields, func(f rest.RecordField) bool { return f.Name == name }) {
				t.Errorf("%s has no place", name)
			}
		}
	}
	if found < 4 {
		t.Fatalf("%d members found", found)
	}
}

func TestRecordIsWholeAndWithoutSecrets(t *testing.T) {
	s := byHand(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, strings.Replace(docGet, `"metadata"`, `"session_token": "st-secret-5150", "metadata"`, 1))
	})
	r, err := s.Record(t.Context(), docID)
	if err != nil {
		t.Fatal(err)
	}
	text := string(r.Raw)
	for _, f := range r.Fields {
		text += "\n" + f.Group + " " + f.Name + " " + f.Value
	}
	for _, want := range []string{"times duration 5 min 30 s", "times expiration 2024-01-15T14:30:00Z", "session status ended", "other metadata {}"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "secret") {
		t.Errorf("a secret is in\n%s", text)
	}
}
