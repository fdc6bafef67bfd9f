package simulator_test

import (
	"fmt"
	"net/http"
	"strings"

	"lenswatch/client/simulator"
)

// A session stalls on demand, from the program or through the control endpoint, and is healed again.
func Example() {
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()
	base, err := sim.Listen("", false)
	if err != nil {
		fmt.Println(err)
		return
	}
	session, err := sim.Create(simulator.LensMachineState)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := sim.Inject(simulator.Fault{Name: simulator.FaultStall, Session: session}); err != nil {
		fmt.Println(err)
		return
	}
	sim.Heal(simulator.FaultStall, session)

	control := strings.TrimSuffix(base, "/v0.5") + "/_sim/faults"
	answer, err := http.Post(control, "application/json", strings.NewReader(`{"fault": "rate-limit=7,create"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()
	fmt.Println(answer.Status)
	// Output: 200 OK
}

// A fault is named with its argument; a name that is none is answered with the nearest.
func ExampleParseFault() {
	f, err := simulator.ParseFault("drop=3")
	fmt.Println(f.Name, f.Arg, err)
	_, err = simulator.ParseFault("stal")
	fmt.Println(err)
	// Output:
	// drop 3 <nil>
	// simulator: there is no fault "stal"; did you mean stale, stall?
}
