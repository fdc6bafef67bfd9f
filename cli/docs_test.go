package cli_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"lenswatch/watch/health"
)

var update = flag.Bool("update", false, "write the documents that are generated from the code")

// docs/verdicts.md is made from the catalogue of verdicts.
func TestVerdictTable(t *testing.T) {
	const path = "../docs/verdicts.md"
	var b strings.Builder
	b.WriteString("# Verdicts\n\n")
	b.WriteString("What lenswatch can say of a session, in the order in which it is considered: the first that its evidence supports is\n")
	b.WriteString("given. This table is made from the code by `go test ./cli -run TestVerdictTable -update`.\n\n")
	b.WriteString("| verdict | severity | cause | evidence | ruled out by | time to detect | next step |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, e := range health.Catalogue() {
		var next []string
		for _, s := range e.Next {
			next = append(next, s.Text)
		}
		fmt.Fprintf(&b, "| %s (`%s`) | %s | %s | %s | %s | %s | %s |\n",
			e.Name, e.Code, e.Severity, e.Cause, e.Evidence, e.RulesOut, e.Detect, strings.Join(next, " "))
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != b.String() {
		t.Error("docs/verdicts.md is not the catalogue's: run go test ./cli -run TestVerdictTable -update")
	}
}
