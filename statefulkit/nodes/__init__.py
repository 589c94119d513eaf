"""What happens on nodes: scheduling, kubelets, the files that containers see."""
