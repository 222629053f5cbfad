package dev.iammapper.render;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import dev.iammapper.api.IamIdentityMapping;
import dev.iammapper.golden.GoldenFolder;
import dev.iammapper.mapping.IdentityMapping;
import dev.iammapper.mapping.MappingParser;
import dev.iammapper.mapping.ParsedMapping;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/**
 * One folder of src/test/resources/render/golden: the sections as they stand in aws-auth ({@code mapRoles.txt},
 * {@code mapUsers.txt}; a missing file is a missing key) and the objects ({@code mappings.yaml}) on one side, the
 * sections that are written and a report on the other.
 */
record GoldenCase(GoldenFolder folder) {
    private static final Path ALL = Path.of("src/test/resources/render/golden");
    private static final Gson GSON = new GsonBuilder().registerTypeAdapter(OffsetDateTime.class,
            (JsonDeserializer<OffsetDateTime>) (json, _, _) -> OffsetDateTime.parse(json.getAsString())).create();

    static List<GoldenCase> all() {
        return GoldenFolder.in(ALL).stream().map(GoldenCase::new).toList();
    }

    AwsAuthData current() {
        return new AwsAuthData(read("mapRoles.txt"), read("mapUsers.txt"), null);
    }

    /** The cluster with the sections and the objects of this case, and with nothing owned yet. */
    Scene scene() {
        Scene scene = new Scene().awsAuth(current());
        mappings().forEach(scene::object);
        return scene;
    }

    List<IdentityMapping> mappings() {
        List<IdentityMapping> mappings = new ArrayList<>();
        for (Object document : new Yaml().loadAll(String.valueOf(read("mappings.yaml")))) {
            IamIdentityMapping object = GSON.fromJson(GSON.toJson(document), IamIdentityMapping.class);
            object.metadata().setUid(Scene.uid(String.valueOf(object.metadata().getName())));
            if (!(MappingParser.parse(object) instanceof ParsedMapping.Valid(IdentityMapping mapping))) {
                throw new IllegalArgumentException(folder + " holds an object that means nothing: " + document);
            }
            mappings.add(mapping);
        }
        return mappings;
    }

    @Nullable
    String read(String file) {
        return folder.read(file);
    }

    void write(String file, @Nullable String text) {
        folder.write(file, text);
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
