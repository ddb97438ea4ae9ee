"""The official transformer and connector on the stored weights and inputs: outputs, gradients of test/golden/dit/."""

import sys

import torch

from official import Exact, finish, recorded, stored, use_checkout, widened

DIT = dict(
    in_channels=64, out_channels=64, vec_in_dim=768, context_in_dim=48, hidden_size=64, mlp_ratio=4.0,
    num_heads=4, depth=2, depth_single_blocks=3, axes_dim=[4, 6, 6], theta=10000, qkv_bias=True,
)
CONNECTOR = dict(in_channels=64, hidden_size=48, heads_num=4, depth=2)
INTERMEDIATE = {
    "connector": ("connector.txt", "connector.y"),
    "connector.S.t_embedder": "connector.t_emb",
    "connector.S.c_embedder": "connector.c_emb",
    "connector.S.input_embedder": "connector.input_embedder",
    "connector.S.individual_token_refiner.blocks.0": "connector.refiner_block.0",
    "connector.S.individual_token_refiner.blocks.1": "connector.refiner_block.1",
    "img_in": "img_in",
    "time_in": "time_in",
    "vector_in": "vector_in",
    "txt_in": "txt_in",
    "pe_embedder": "pe",
    **{f"double_blocks.{i}": (f"double_block.{i}.img", f"double_block.{i}.txt") for i in range(2)},
    **{f"single_blocks.{i}": f"single_block.{i}" for i in range(3)},
}


def model_of(weights: dict, dtype: torch.dtype) -> torch.nn.Module:
    import modules.model_edit as official
    from modules.connector_edit import Qwen2Connector

    # The class makes its connector at full size.
    official.Qwen2Connector = lambda: Qwen2Connector(**CONNECTOR, dtype=dtype)
    model = official.Step1XEdit(official.Step1XParams(**DIT)).to(dtype)
    model.load_state_dict(weights)
    return model


def run(model: torch.nn.Module, inputs: dict, **changed) -> torch.Tensor:
    names = ("img", "img_ids", "txt_ids", "timesteps", "llm_embedding", "t_vec", "mask")
    return model(**{name: changed.get(name, inputs[name]) for name in names})


def outputs(model: torch.nn.Module, inputs: dict) -> dict:
    made: dict = {}
    with torch.no_grad():
        hooks = recorded(model, INTERMEDIATE, made)
        output = run(model, inputs)
        for hook in hooks:
            hook.remove()
        embed = model.connector.S.t_embedder.timestep_embedding
        mask = inputs["mask"].unsqueeze(-1)
        made["connector.t_times_1000"] = 1000 * inputs["t_vec"]
        made["connector.t_sinusoid"] = embed(made["connector.t_times_1000"], 256)
        made["connector.masked_mean"] = (inputs["llm_embedding"] * mask).sum(dim=1) / mask.sum(dim=1)
        made["time_sinusoid"] = model.timestep_embedding(inputs["timesteps"], 256)
        made["vec"] = made["time_in"] + made["vector_in"]
        made["output"] = output
        padded = inputs["llm_embedding_nonzero_padding"]
        made["output.nonzero_padding"] = run(model, inputs, llm_embedding=padded)
        made["output.t_vec_times_1000"] = run(model, inputs, t_vec=1000 * inputs["timesteps"])
    return made


def gradients(model: torch.nn.Module, inputs: dict) -> dict:
    count = inputs["target"].shape[1]
    ((run(model, inputs)[:, :count] - inputs["target"]) ** 2).mean().backward()
    return {name: each.grad.to(torch.get_default_dtype()) for name, each in model.named_parameters()}


def main(checkout: str, write: bool) -> int:
    use_checkout(checkout)
    weights, inputs = stored("dit/weights"), stored("dit/inputs")
    # The time's sinusoid with an argument of 750,000 rad has an error of 3e-4 in float32.
    fits = finish("dit/outputs_f32", outputs(model_of(weights, torch.float32), inputs), 1e-3, write)
    single = torch.float32
    with Exact():
        model = model_of(widened(weights), torch.float64)
        exact, grads = outputs(model, widened(inputs)), gradients(model, widened(inputs))
    fits &= finish("dit/outputs_f64", exact, 1e-9, write)
    fits &= finish("dit/grads_f64_as_f32", {n: g.to(single) for n, g in grads.items()}, 1e-6, write)
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv))
