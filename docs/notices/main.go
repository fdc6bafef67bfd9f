// Command notices writes to its standard output the licences of all that is linked into a release. It
// runs in the root of the repository: go run ./docs/notices. The archives of a release have it as
// THIRD_PARTY_NOTICES.md.
package main

import (
	"fmt"
	"os"
)

func main() {
	text, err := notices(".")
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "notices: %v\n", err)
		os.Exit(1)
	}
}
