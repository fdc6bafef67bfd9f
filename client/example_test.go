package client_test

import (
	"context"
	"errors"
	"fmt"

	"lenswatch/client"
	"lenswatch/client/archetype"
	"lenswatch/client/simulator"
)

// A session is created, watched until its first result, and destroyed. A simulator stands in for the
// service; with [archetype.FromEnv] it is the real one.
func Example() {
	sim, err := simulator.New(simulator.Config{Speed: 100, WarmUp: -1})
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

	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	session, err := service.Create(ctx, client.CreateRequest{LensID: simulator.LensActivityMonitor})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = service.Watch(ctx, session.ID, client.WatchOptions{}, func(e client.Event) {
		if e.Kind == client.KindResult && ctx.Err() == nil {
			fmt.Println(e.Kind, "with text:", e.Text != "")
			stop()
		}
	})
	fmt.Println("watched:", err)
	ended, err := service.Destroy(context.Background(), session.ID)
	fmt.Println(ended.Status, err)
	// Output:
	// result with text: true
	// watched: <nil>
	// destroyed <nil>
}

// Every error of a service says by its sentinel what a person can do.
func ExampleRemedyOf() {
	err := fmt.Errorf("starting: %w", &client.Error{Op: "create session", Kind: client.ErrQuota, Status: 400, Message: "capacity reached"})
	fmt.Println(err)
	fmt.Println(client.RemedyOf(err), errors.Is(err, client.ErrQuota))
	// Output:
	// starting: create session: session quota reached (HTTP 400): capacity reached
	// quota true
}

// Text from outside is cleaned once, on arrival.
func ExampleClean() {
	fmt.Printf("%q\n", client.Clean("red: \x1b[31malarm\x1b[0m, reversed: \u202egnp.exe"))
	// Output: "red: �[31malarm�[0m, reversed: gnp.exe"
}
