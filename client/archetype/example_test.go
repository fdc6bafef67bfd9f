package archetype_test

import (
	"context"
	"fmt"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
)

// The key comes from the environment, and a Secret never prints it.
func ExampleFromEnv() {
	env := map[string]string{"ATAI_API_ENDPOINT": "https://api.u1.archetypeai.app", "ATAI_API_KEY": "not-a-real-key"}
	options, err := archetype.FromEnv(func(name string) string { return env[name] })
	if err != nil {
		fmt.Println(err)
		return
	}
	service, err := archetype.New(options)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(service.Endpoint())
	fmt.Println(options.Key)
	_, err = archetype.FromEnv(func(string) string { return "" })
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
	// <nil>
}
