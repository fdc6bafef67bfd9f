package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"lenswatch/client/simulator"
)

const simulatorPage = "../docs/simulator.md"

// The table of faults in docs/simulator.md is the simulator's.
func TestFaultTable(t *testing.T) {
	const begin, end = "<!-- faults -->\n", "<!-- end faults -->"
	text, err := os.ReadFile(simulatorPage)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	table, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/simulator.md has lost the marks of its table of faults")
	}
	var b strings.Builder
	b.WriteString("| fault | argument | what it does |\n| --- | --- | --- |\n")
	for _, f := range simulator.Faults() {
		arg := ""
		if f.Arg != "" {
			arg = "`" + strings.ReplaceAll(f.Arg, "|", `\|`) + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, arg, f.Doc)
	}
	fmt.Fprintf(&b, "\nThe groups are `%s`.\n", strings.Join(simulator.Groups(), "`, `"))
	if *update {
		if err := os.WriteFile(simulatorPage, []byte(head+begin+b.String()+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != b.String() {
		t.Error("docs/simulator.md has not the simulator's faults: run go test ./cli -run TestFaultTable -update")
	}
}

// Every request that the control endpoint reports has its row.
func TestControlEndpointIsDocumented(t *testing.T) {
	text, err := os.ReadFile(simulatorPage)
	if err != nil {
		t.Fatal(err)
	}
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	req, answer := httptest.NewRequest("GET", "http://127.0.0.1/_sim/", nil), httptest.NewRecorder()
	req.RemoteAddr = "127.0.0.1:1"
	sim.Handler().ServeHTTP(answer, req)
	var reported struct {
		Endpoints []string `json:"endpoints"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &reported); err != nil || len(reported.Endpoints) == 0 {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	for _, e := range reported.Endpoints {
		words := strings.Fields(e)
		path, _, _ := strings.Cut(words[1], "?")
		if row := "| `" + words[0] + " " + path + "` |"; !strings.Contains(string(text), row) {
			t.Errorf("docs/simulator.md has no row %s", row)
		}
	}
}
