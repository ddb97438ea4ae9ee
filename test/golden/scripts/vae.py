"""The official autoencoder on the stored weights and inputs: test/golden/vae/outputs_f32 and outputs_f64."""

import sys

import torch

from official import Exact, finish, recorded, stored, use_checkout, widened

CONFIG = dict(
    resolution=256, in_channels=3, ch=32, out_ch=3, ch_mult=[1, 1, 1, 2], num_res_blocks=2,
    z_channels=16, scale_factor=0.3611, shift_factor=0.1159,
)
INTERMEDIATE = {
    "encoder.down.2.block.1": "inter.enc.down.2",
    "encoder.down.2.downsample": "inter.enc.down.2.downsample",
    "encoder.down.3.block.1": "inter.enc.down.3",
    "encoder.mid.block_1": "inter.enc.mid.block_1",
    "encoder.mid.attn_1": "inter.enc.mid.attn_1",
    "encoder.mid.block_2": "inter.enc.mid.block_2",
    "decoder.conv_in": "inter.dec.conv_in",
    "decoder.mid.block_1": "inter.dec.mid.block_1",
    "decoder.mid.attn_1": "inter.dec.mid.attn_1",
    "decoder.mid.block_2": "inter.dec.mid.block_2",
    "decoder.up.3.block.2": "inter.dec.up.3",
    "decoder.up.3.upsample": "inter.dec.up.3.upsample",
}


def autoencoder(weights: dict, dtype: torch.dtype) -> torch.nn.Module:
    from modules.autoencoder import AutoEncoder

    model = AutoEncoder(**CONFIG).to(dtype)
    model.load_state_dict(weights)
    return model


def outputs(weights: dict, inputs: dict) -> dict:
    model = autoencoder(weights, inputs["image"].dtype)
    made: dict = {}
    with torch.no_grad():
        inner: dict = {}
        hooks = recorded(model, INTERMEDIATE, inner)
        encoded = model.encoder(inputs["image"])
        decoded = model.decode(inputs["latent_to_decode"])
        for hook in hooks:
            hook.remove()
        mean, logvar = encoded.chunk(2, dim=1)
        scaled = lambda z: model.scale_factor * (z - model.shift_factor)
        made = {
            "encoder_out": encoded,
            "mean": mean,
            "logvar": logvar,
            "latent_mean": scaled(mean),
            "latent_sampled": scaled(mean + torch.exp(0.5 * logvar) * inputs["sample_noise"]),
            "decoded": decoded,
            "roundtrip": model.decode(scaled(mean)),
            **{name: each[:1] for name, each in inner.items()},
        }
    return made


def main(checkout: str, write: bool) -> int:
    use_checkout(checkout)
    weights, inputs = stored("vae/weights"), stored("vae/inputs")
    fits = finish("vae/outputs_f32", outputs(weights, inputs), 1e-5, write)
    with Exact():
        exact = outputs(widened(weights), widened(inputs))
    return 0 if finish("vae/outputs_f64", exact, 1e-9, write) and fits else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv))
