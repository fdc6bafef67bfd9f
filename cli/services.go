package cli

import "lenswatch/client"

// services are those that the environment names.
func services(env Env) ([]client.Service, error) {
	svc, err := account(env)
	if err != nil {
		return nil, err
	}
	return []client.Service{svc}, nil
}
