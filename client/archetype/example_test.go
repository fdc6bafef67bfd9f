package archetype_test

import (
	"context"
	"fmt"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
)

// An endpoint may be named without its version, and a Secret never prints the key.
func ExampleNew() {
	options := archetype.Options{Endpoint: "https://api.u1.archetypeai.app", Key: archetype.NewSecret("not-a-real-key")}
	service, err := archetype.New(options)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(service.Endpoint())
	fmt.Println(options.Key)
	_, err = archetype.New(archetype.Options{})
	fmt.Println(client.RemedyOf(err))
	// Output:
	// https://api.u1.archetypeai.app/v0.5
	// [redacted]
	// no-key
}

// What can be run is listed with the channel that its output takes.
func ExampleService_Lenses() {
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
	service, err := archetype.New(archetype.Options{Endpoint: base, Key: archetype.NewSecret(simulator.DefaultKey)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer service.Close()
	lenses, err := service.Lenses(context.Background())
	for _, l := range lenses {
		fmt.Println(l.Name, l.Channel)
	}
	fmt.Println(err)
	// Output:
	// Activity Monitor sse
	// Machine State sse
	// Timeseries Embedding sse
	// Noop Lens sse
	// Sensor Logs mailbox
	// Loading Bay none
	// Anomaly Detector none
	// Test Lens none
	// Image QA none
	// <nil>
}
